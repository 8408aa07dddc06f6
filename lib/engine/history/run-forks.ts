import type { BlobStore, Journal, RunRow } from '../../journal/index.js';
import { hashOf, newId } from '../../values/index.js';
import {
  type Actor,
  draft,
  fold,
  type ForkEdits,
  forkedDrafts,
  prefixBefore,
  type RecordType,
  type RunState,
} from '../../workflow/index.js';
import type { Admission } from '../start/admission.js';
import { newRun } from '../start/new-run.js';
import type { RunStart } from '../start/run-start.js';
import type { Definitions } from '../worker/definitions.js';
import { forkOutputChecks } from './fork-output-checks.js';
import { assertKnownFormat } from '../worker/known-format.js';
import { assertStep } from './assert-step.js';
import { notFound } from '../observe/run-watcher.js';

export interface ForkPorts {
  readonly journal: Pick<Journal, 'read' | 'create'>;
  readonly blobs: Pick<BlobStore, 'copy'>;
  readonly admission: Admission;
  readonly definitions: Definitions;
  readonly payloadLimit: number;
  now(): number;
}

/** Branches new runs off recorded ones, whatever state these are in. */
export class RunForks {
  constructor(private readonly ports: ForkPorts) {}

  /**
   * The id of the new run.
   * @throws {InputValidationError} if there is no step `from`, an edit is of a step that runs again, or the input does not fit
   * @throws {OutputValidationError} if an edited output does not fit its step
   * @throws {GuardrailBlockedError} if a guardrail stops the edited input
   */
  async fork(row: RunRow, from: string, edits: ForkEdits, actor: Actor): Promise<string> {
    const { journal, blobs, definitions, payloadLimit } = this.ports;
    assertKnownFormat(row);
    const records = await journal.read(row.id);
    const [created] = records;
    if (created?.type !== 'run.created') throw notFound(row.id);
    const state = fold(records);
    const { definition } = definitions.forRun(state);
    assertStep(definition, from);
    const prefix = prefixBefore(records, from);
    const outputs = await forkOutputChecks(definition, prefix, edits.outputs ?? {}, { from, payloadLimit });
    const id = newId();
    const { input, escalated, records: findings } = await this.inputOf(state, edits, id);
    const { seq, hash: head } = prefix.at(-1) ?? created;
    const now = this.ports.now();
    const forked = draft<RecordType>(actor, now, 'run.forked', { source: row.id, seq, head });
    const { idempotencyKey: _, ...options } = created.payload;
    const { name, version, hash } = definition;
    const run = newRun({
      // Its budget is that of its source, also where that has none.
      definition: { name, version, hash },
      runId: id,
      at: now,
      options,
      input,
      inputHash: hashOf(input),
      escalated,
      records: [forked, ...findings, ...forkedDrafts(prefix, { ...edits, outputs }, actor)],
    });
    // Before its records refer to them.
    await blobs.copy(row.id, id);
    await journal.create([run]);
    return id;
  }

  private async inputOf(
    state: RunState,
    edits: ForkEdits,
    id: string,
  ): Promise<Pick<RunStart, 'input' | 'escalated' | 'records'>> {
    const { definitions, admission } = this.ports;
    const { principal, escalated } = state.created;
    if (edits.input !== undefined)
      return admission.admitInput(definitions.forRun(state).definition, edits.input, { id, principal });
    // Steps have begun only if somebody has let the input in: a fork does not ask again, unless nobody has.
    const isOpen = escalated !== undefined && state.steps.size === 0;
    return { input: state.input, records: [], escalated: isOpen ? escalated : undefined };
  }
}
