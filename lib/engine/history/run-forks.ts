import type { GuardrailStages } from '../../gate/index.js';
import type { BlobStore, Journal, RunRow } from '../../journal/index.js';
import { hashOf, newId, type Principal } from '../../values/index.js';
import {
  draft,
  fold,
  type ForkEdits,
  forkedDrafts,
  lineageOf,
  prefixBefore,
  type RecordType,
  type RunState,
} from '../../workflow/index.js';
import type { Admission } from '../start/admission.js';
import { newRun, type StartFacts, callerFacts } from '../start/new-run.js';
import type { RunStart } from '../start/run-start.js';
import type { Definitions } from '../worker/definitions.js';
import { guardEditedOutputs } from './edited-outputs.js';
import { forkOutputChecks } from './fork-output-checks.js';
import { assertKnownFormat } from '../worker/known-format.js';
import { assertStep } from './assert-step.js';
import { actorOf, type Caller, peopleOf, principalOf, runNotFound } from '../../access/index.js';

export interface ForkPorts {
  readonly journal: Pick<Journal, 'read' | 'create'>;
  readonly blobs: Pick<BlobStore, 'copy'>;
  readonly admission: Admission;
  readonly definitions: Definitions;
  readonly guardrails: GuardrailStages;
  readonly payloadLimit: number;
  now(): number;
}

/** Branches new runs off recorded ones, whatever state these are in. */
export class RunForks {
  constructor(private readonly ports: ForkPorts) {}

  /**
   * The id of the new run.
   * @throws {InputValidationError} if there is no step `from`, an edit is of a step that runs again or whose output people decide
   * about, or the input does not fit
   * @throws {OutputValidationError} if an edited output does not fit its step
   * @throws {GuardrailBlockedError} if a guardrail stops the edited input, or an edited output
   */
  async fork(row: RunRow, from: string, edits: ForkEdits, forker: Caller): Promise<string> {
    const { journal, blobs, definitions, payloadLimit } = this.ports;
    assertKnownFormat(row);
    const records = await journal.read(row.id);
    const [created] = records;
    if (created?.type !== 'run.created') throw runNotFound(row.id);
    const state = fold(records);
    const { definition } = definitions.forRun(state);
    assertStep(definition, from);
    const prefix = prefixBefore(records, from);
    const fitting = await forkOutputChecks(definition, prefix, edits.outputs ?? {}, { from, payloadLimit });
    const id = newId();
    const principal = principalIn(row, forker) ?? state.created.principal;
    const { input, escalated, records: findings } = await this.inputOf(state, edits, { id, principal });
    const { seq, hash: head } = prefix.at(-1) ?? created;
    const now = this.ports.now();
    const edited = { definition, runId: id, principal, now, payloadLimit };
    const { outputs, records: looked } = await guardEditedOutputs(this.ports.guardrails, edited, fitting);
    const actor = actorOf(forker);
    const forked = draft<RecordType>(actor, now, 'run.forked', { source: row.id, seq, head });
    const { idempotencyKey: _, principal: __, startedBy: ___, system, ...facts } = created.payload;
    const options: StartFacts = {
      ...facts,
      // Nobody's but the host's own code goes on in the name of who has started it.
      ...(principal ? { principal } : {}),
      // The tenant of what the host's own code has started is told by that.
      ...(principal || !system ? {} : { system }),
      ...callerFacts(forker),
      lineage: lineageOf(state),
      shapedBy: [...new Set([...row.shapedBy, ...peopleOf(forker)])],
    };
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
      records: [forked, ...findings, ...looked, ...forkedDrafts(prefix, { ...edits, outputs }, actor)],
    });
    // Before its records refer to them.
    await blobs.copy(row.id, id);
    await journal.create([run]);
    return id;
  }

  private async inputOf(
    state: RunState,
    edits: ForkEdits,
    run: { readonly id: string; readonly principal: Principal | undefined },
  ): Promise<Pick<RunStart, 'input' | 'escalated' | 'records'>> {
    const { definitions, admission } = this.ports;
    const { escalated } = state.created;
    if (edits.input !== undefined)
      return admission.admitInput(definitions.forRun(state).definition, edits.input, run);
    // Steps have begun only if somebody has let the input in: a fork does not ask again, unless nobody has.
    const isOpen = escalated !== undefined && state.steps.size === 0;
    return { input: state.input, records: [], escalated: isOpen ? escalated : undefined };
  }
}

/** A fork runs as the forker, and stays with the tenant that its source is of. */
function principalIn({ tenant }: RunRow, forker: Caller): Principal | undefined {
  const principal = principalOf(forker);
  return principal && { ...principal, ...(tenant === null ? {} : { tenant }) };
}
