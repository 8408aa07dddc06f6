import { noUsage } from '../values/index.js';
import { systemActorId } from '../scope/index.js';
import { type Actor, currentFormat, type RecordDraft, tenantOfRun } from '../workflow/index.js';
import { type ChainedDraft, chainHashed, emptyHead, recordOf } from './chain/chain.js';
import type { OpenedRun, NewRun, RunRow } from './journal.js';
import { shapersOf } from './shapers.js';
import { hashDraft } from './chain/hashed-draft.js';

/** A run that is about to be inserted, with its first records. */
export interface PreparedRun {
  readonly row: RunRow;
  readonly records: readonly ChainedDraft[];
}

/** The row and the chained first records of a new run. */
export function prepareRun(run: NewRun, limit: number): PreparedRun {
  const { id, created, at } = run;
  const first: RecordDraft = {
    type: 'run.created',
    actor: starter(run),
    at,
    payload: { ...created, format: currentFormat },
  };
  const drafts = [first, ...(run.records ?? [])];
  const records = chainHashed(
    id,
    drafts.map((draft) => hashDraft(id, draft, limit)),
    emptyHead,
  );
  const last = records.at(-1);
  const status = run.holder === undefined ? (run.status ?? 'pending') : 'running';
  return {
    records,
    row: {
      id,
      workflow: created.workflow,
      version: created.version,
      definitionHash: created.definitionHash,
      format: currentFormat,
      status,
      seq: last?.seq ?? emptyHead.seq,
      headHash: last?.hash ?? emptyHead.hash,
      workerId: run.holder ?? null,
      leaseEpoch: run.holder === undefined ? 0 : 1,
      inboxPending: 0,
      recoveryCount: 0,
      wakeAt: status === 'pending' ? new Date(at) : null,
      priority: created.priority ?? 0,
      principal: created.principal ?? null,
      tenant: tenantOfRun(created) ?? null,
      shapedBy: shapersOf(run),
      tags: created.tags ?? [],
      correlationId: created.correlationId ?? null,
      idempotencyKey: created.idempotencyKey ?? null,
      inputHash: run.inputHash,
      parentRunId: created.parent?.runId ?? null,
      usage: noUsage,
      createdAt: new Date(at),
      finishedAt: status === 'failed' ? new Date(at) : null,
    },
  };
}

/** What the worker that holds a new run begins with. */
export function heldRunOf({ row, records }: PreparedRun): OpenedRun {
  return { row, records: records.map(recordOf) };
}

function starter({ created: { parent, principal, startedBy, system } }: NewRun): Actor {
  if (parent) return { kind: 'code', id: parent.runId };
  if (system) return { kind: 'system', id: systemActorId(system) };
  const person = startedBy ?? principal?.id;
  return person === undefined ? { kind: 'system', id: 'orchestrator' } : { kind: 'person', id: person };
}
