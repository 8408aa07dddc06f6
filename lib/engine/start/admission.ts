import type { Clock } from '../../clock/index.js';
import { asError, toErrorData } from '../../errors/index.js';
import { type Check, passChecks } from '../../gate/index.js';
import type { NewRun } from '../../journal/index.js';
import { hashOf, type JsonValue, newId, type Principal, toJson } from '../../values/index.js';
import { decidedByCode, type RunCreated, type WorkflowDefinition } from '../../workflow/index.js';
import { storableOptions } from '../api/storable-options.js';
import { newRun, type StartFacts } from './new-run.js';
import { RunStart } from './run-start.js';

/** A start that was let in, or one that was refused and is recorded as a failed run. */
export interface Admitted {
  readonly run: NewRun;
  readonly refusal?: Error;
}

type Parent = NonNullable<RunCreated['parent']>;

/** What a start passes, in the order of the lists. */
export interface StartChecks {
  /** Whether this caller may start this workflow. */
  readonly caller: readonly Check<RunStart>[];
  /** What the input of any run passes, also that of a fork, and one that a person has written. */
  readonly input: readonly Check<RunStart>[];
}

/** Decides whether a run may begin: the caller's access, its input, the guardrails at `run.input`. */
export class Admission {
  constructor(
    private readonly checks: StartChecks,
    private readonly clock: Clock,
  ) {}

  async admit(
    definition: WorkflowDefinition,
    input: unknown,
    options: StartFacts,
    child?: { readonly id: string; readonly parent: Parent },
  ): Promise<Admitted> {
    const runId = child?.id ?? newId();
    // Before anything is on record: options that can't be stored are refused, and leave no run.
    const storable: StartFacts = { ...options, ...storableOptions(definition.name, options) };
    const at = this.clock.now();
    const facts = { definition, runId, at, principal: storable.principal };
    const start = new RunStart(facts, input);
    const whole = { ...facts, options: storable, parent: child?.parent };
    try {
      await passChecks([...this.checks.caller, ...this.checks.input], start, 'before');
    } catch (refusal) {
      const kept = start.fitted ?? refusedInput(input);
      // A refused start is not a run that a key could stand for: the caller may try again with a better input.
      const { idempotencyKey: _, ...remaining } = storable;
      const failed = decidedByCode(definition.name, at, 'run.failed', { error: toErrorData(refusal) });
      const records = [...start.records, failed];
      const run = newRun({ ...whole, options: remaining, input: kept, inputHash: hashOf(kept), records });
      return { run: { ...run, status: 'failed' }, refusal: asError(refusal) };
    }
    const { escalated, records } = start;
    const inputHash = hashOf(start.fitted);
    return { run: newRun({ ...whole, input: start.input, inputHash, records, escalated }) };
  }

  /** What a fork begins with in place of its source's input. @throws {InputValidationError} @throws {GuardrailBlockedError} */
  async admitInput(
    definition: WorkflowDefinition,
    input: unknown,
    { id: runId, principal }: { readonly id: string; readonly principal?: Principal | undefined },
  ): Promise<RunStart> {
    const start = new RunStart({ definition, runId, principal, at: this.clock.now() }, input);
    await passChecks(this.checks.input, start, 'before');
    return start;
  }
}

/** What of a refused input can be kept for the auditor. */
function refusedInput(input: unknown): JsonValue {
  try {
    return toJson(input, 'the refused input') ?? null;
  } catch (error) {
    return { unreadable: toErrorData(error).message };
  }
}
