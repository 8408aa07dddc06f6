import { GuardrailBlockedError } from '../../errors/index.js';
import { type Check, evaluateGuardrails, type GuardrailStages, objectionOf } from '../../gate/index.js';
import { toJson, validateOrThrow } from '../../values/index.js';
import type { RunStart } from './run-start.js';

/** Fits the input of a run to the schema of its workflow. */
export class InputSchemaCheck implements Check<RunStart> {
  readonly name = 'schema';

  constructor(private readonly payloadLimit: number) {}

  concerns(): boolean {
    return true;
  }

  /** @throws {InputValidationError} with the path of everything that does not fit @throws {PayloadError} */
  async before(start: RunStart): Promise<void> {
    const { definition, value } = start;
    const { input, name } = definition;
    const details = { workflow: name };
    const made = input ? await validateOrThrow(input, value, `The input of ${name}`, { details }) : value;
    start.value = start.fitted = toJson(made, `the input of ${name}`, this.payloadLimit) ?? null;
  }
}

/** Lets the guardrails at `run.input` look at the input of a run. */
export class InputGuardrails implements Check<RunStart> {
  readonly name = 'input guardrails';

  constructor(
    private readonly stages: GuardrailStages,
    private readonly payloadLimit: number,
  ) {}

  concerns(): boolean {
    return this.stages.hasAny('run.input');
  }

  /** @throws {GuardrailBlockedError} */
  async before(start: RunStart): Promise<void> {
    const { name, value } = start;
    const verdict = await evaluateGuardrails(this.stages, start, 'run.input', value);
    const { outcome, guardrail = 'a guardrail' } = verdict;
    const reason = verdict.reason ?? outcome;
    start.value = toJson(verdict.value, `the input of ${name}`, this.payloadLimit) ?? null;
    if (outcome === 'pass') return;
    if (outcome === 'escalate') start.escalated = { guardrail, reason };
    else
      throw new GuardrailBlockedError(`The input of ${name} was stopped by ${objectionOf(verdict)}`, {
        details: { guardrail, at: 'run.input', verdict: outcome, reason },
      });
  }
}
