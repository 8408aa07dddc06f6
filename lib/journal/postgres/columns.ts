import { byteaOf, type Column, hexOf, names } from '../../database/index.js';
import type { Principal, Usage } from '../../values/index.js';
import type { Actor, RecordType, RunRecord, RunStatus } from '../../workflow/index.js';
import type { ChainedDraft } from '../chain/chain.js';
import type { RunRow } from '../journal.js';

/** How a record is written. */
export const recordColumns: readonly Column<ChainedDraft>[] = [
  ['run_id', 'uuid', ({ runId }) => runId],
  ['seq', 'int', ({ seq }) => seq],
  ['type', 'text', ({ draft }) => draft.type],
  ['step', 'text', ({ draft }) => draft.step ?? null],
  ['iteration', 'int', ({ draft }) => draft.iteration ?? null],
  ['item', 'int', ({ draft }) => draft.item ?? null],
  ['attempt', 'int', ({ draft }) => draft.attempt ?? null],
  ['call', 'text', ({ draft }) => draft.call ?? null],
  ['actor_kind', 'text', ({ draft }) => draft.actor.kind],
  ['actor_id', 'text', ({ draft }) => draft.actor.id],
  ['at', 'timestamptz', ({ at }) => at],
  ['payload', 'json', ({ json }) => json],
  ['salt', 'uuid', ({ salt }) => salt],
  ['payload_hash', 'bytea', ({ payloadHash }) => byteaOf(payloadHash)],
  ['hash', 'bytea', ({ hash }) => byteaOf(hash)],
];

/** How a new run is written. */
export const runColumns: readonly Column<RunRow>[] = [
  ['id', 'uuid', ({ id }) => id],
  ['workflow', 'text', ({ workflow }) => workflow],
  ['version', 'text', ({ version }) => version],
  ['definition_hash', 'text', ({ definitionHash }) => definitionHash],
  ['format', 'smallint', ({ format }) => format],
  ['status', 'text', ({ status }) => status],
  ['seq', 'int', ({ seq }) => seq],
  ['head_hash', 'bytea', ({ headHash }) => byteaOf(headHash)],
  ['worker_id', 'uuid', ({ workerId }) => workerId],
  ['lease_epoch', 'int', ({ leaseEpoch }) => leaseEpoch],
  ['priority', 'int', ({ priority }) => priority],
  ['principal', 'json', ({ principal }) => principal && JSON.stringify(principal)],
  ['tenant', 'text', ({ tenant }) => tenant],
  ['shaped_by', 'jsonb', ({ shapedBy }) => JSON.stringify(shapedBy)],
  ['correlation_id', 'text', ({ correlationId }) => correlationId],
  ['idempotency_key', 'text', ({ idempotencyKey }) => idempotencyKey],
  ['input_hash', 'bytea', ({ inputHash }) => byteaOf(inputHash)],
  ['parent_run_id', 'uuid', ({ parentRunId }) => parentRunId],
  ['usage', 'json', ({ usage }) => JSON.stringify(usage)],
  ['created_at', 'timestamptz', ({ createdAt }) => createdAt.toISOString()],
  ['finished_at', 'timestamptz', ({ finishedAt }) => finishedAt?.toISOString() ?? null],
];

/** A row of `orchestration_run` as the driver reads it. */
export interface StoredRun {
  readonly id: string;
  readonly workflow: string;
  readonly version: string;
  readonly definition_hash: string;
  readonly format: number;
  readonly status: RunStatus;
  readonly seq: number;
  readonly head_hash: Buffer;
  readonly worker_id: string | null;
  readonly lease_epoch: number;
  readonly inbox_pending: number;
  readonly recovery_count: number;
  readonly wake_at: Date | null;
  readonly priority: number;
  readonly principal: Principal | null;
  readonly tenant: string | null;
  readonly shaped_by: readonly string[];
  readonly tags: readonly string[];
  readonly correlation_id: string | null;
  readonly idempotency_key: string | null;
  readonly input_hash: Buffer;
  readonly parent_run_id: string | null;
  readonly usage: Usage;
  readonly created_at: Date;
  readonly finished_at: Date | null;
}

/** What is read of a run: column by column, since a prepared statement does not survive a table that has got one more. */
const storedRun = {
  id: 'id',
  workflow: 'workflow',
  version: 'version',
  definition_hash: 'definition_hash',
  format: 'format',
  status: 'status',
  seq: 'seq',
  head_hash: 'head_hash',
  worker_id: 'worker_id',
  lease_epoch: 'lease_epoch',
  inbox_pending: 'inbox_pending',
  recovery_count: 'recovery_count',
  wake_at: 'wake_at',
  priority: 'priority',
  principal: 'principal',
  tenant: 'tenant',
  shaped_by: 'shaped_by',
  tags: 'tags',
  correlation_id: 'correlation_id',
  idempotency_key: 'idempotency_key',
  input_hash: 'input_hash',
  parent_run_id: 'parent_run_id',
  usage: 'usage',
  created_at: 'created_at',
  finished_at: 'finished_at',
} as const satisfies { readonly [Name in keyof StoredRun]: Name };

/** The columns of a run `r`, for `SELECT` and `RETURNING`. Lists go as JSON. */
export const runSelection = Object.keys(storedRun)
  .map((name) => (name === 'tags' ? 'to_json(r.tags) AS tags' : `r.${name}`))
  .join(', ');

/** The columns of a record. */
export const recordSelection = names(recordColumns);

export function runOf(row: StoredRun): RunRow {
  return {
    id: row.id,
    workflow: row.workflow,
    version: row.version,
    definitionHash: row.definition_hash,
    format: row.format,
    status: row.status,
    seq: row.seq,
    headHash: hexOf(row.head_hash),
    workerId: row.worker_id,
    leaseEpoch: row.lease_epoch,
    inboxPending: row.inbox_pending,
    recoveryCount: row.recovery_count,
    wakeAt: row.wake_at,
    priority: row.priority,
    principal: row.principal,
    tenant: row.tenant,
    shapedBy: row.shaped_by,
    tags: row.tags,
    correlationId: row.correlation_id,
    idempotencyKey: row.idempotency_key,
    inputHash: hexOf(row.input_hash),
    parentRunId: row.parent_run_id,
    usage: row.usage,
    createdAt: row.created_at,
    finishedAt: row.finished_at,
  };
}

/** A row of `orchestration_audit_record` as the driver reads it. */
export interface StoredRecordRow {
  readonly run_id: string;
  readonly seq: number;
  readonly type: RecordType;
  readonly step: string | null;
  readonly iteration: number | null;
  readonly item: number | null;
  readonly attempt: number | null;
  readonly call: string | null;
  readonly actor_kind: Actor['kind'];
  readonly actor_id: string;
  readonly at: Date;
  readonly payload: unknown;
  readonly salt: string | null;
  readonly payload_hash: Buffer;
  readonly hash: Buffer;
}

/** Of an erased record, payload and salt are null. */
export function storedRecordOf(row: StoredRecordRow): RunRecord {
  const record = {
    runId: row.run_id,
    seq: row.seq,
    type: row.type,
    ...(row.step === null ? {} : { step: row.step }),
    ...(row.iteration === null ? {} : { iteration: row.iteration }),
    ...(row.item === null ? {} : { item: row.item }),
    ...(row.attempt === null ? {} : { attempt: row.attempt }),
    ...(row.call === null ? {} : { call: row.call }),
    actor: { kind: row.actor_kind, id: row.actor_id },
    at: row.at.toISOString(),
    payload: row.payload,
    salt: row.salt,
    payloadHash: hexOf(row.payload_hash),
    hash: hexOf(row.hash),
  };
  // The payload is what the type's own draft had: the hash proves it, the compiler can't.
  return record as RunRecord;
}
