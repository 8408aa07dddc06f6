import { GuardrailBlockedError, InputValidationError } from '../../errors/index.js';
import {
  type CheckSubject,
  evaluateGuardrails,
  type GuardrailStages,
  objectionOf,
} from '../../gate/index.js';
import { type JsonValue, type Principal, toJson } from '../../values/index.js';
import {
  type Actor,
  draft,
  type RecordDraft,
  type RecordPayloads,
  type RecordType,
  type StepDefinition,
  type WorkflowDefinition,
} from '../../workflow/index.js';

type Outputs = Readonly<Record<string, JsonValue>>;

export interface EditedRun {
  readonly definition: WorkflowDefinition;
  readonly runId: string;
  /** As whom it runs. */
  readonly principal: Principal | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly payloadLimit: number;
}

/** What steps would have given, as guardrails have left it, and what they have found. */
export interface GuardedOutputs {
  readonly outputs: Outputs;
  readonly records: readonly RecordDraft[];
}

/**
 * Lets guardrails look at what a person has written in place of outputs, as if the steps had given it.
 * @param outputs which fit their steps
 * @throws {InputValidationError} for a step whose output people decide about: they would not have seen it
 * @throws {GuardrailBlockedError} also where a guardrail wants a person to look
 */
export async function guardEditedOutputs(
  stages: GuardrailStages,
  run: EditedRun,
  outputs: Outputs,
): Promise<GuardedOutputs> {
  const records: RecordDraft[] = [];
  const guarded: Record<string, JsonValue> = {};
  for (const [name, output] of Object.entries(outputs)) {
    const step = run.definition.steps.find((one) => one.name === name);
    if (!step) continue;
    if (step.review) throw reviewed(run.definition, name);
    const look = (value: JsonValue) => new EditedOutput(run, step, value, records).pass(stages);
    const isList = step.forEach && step.forEach.onError !== 'collect' && Array.isArray(output);
    guarded[name] = isList ? await Promise.all(output.map(look)) : await look(output);
  }
  return { outputs: guarded, records };
}

/** An output on its way past the guardrails. */
class EditedOutput implements CheckSubject {
  readonly kind = 'step';
  readonly access = undefined;
  readonly tool = undefined;
  readonly agent = undefined;

  constructor(
    private readonly run: EditedRun,
    private readonly definition: StepDefinition,
    public value: unknown,
    private readonly records: RecordDraft[],
  ) {}

  get name(): string {
    return this.definition.name;
  }

  get step(): string {
    return this.definition.name;
  }

  get workflow(): string {
    return this.run.definition.name;
  }

  get principal(): Principal | undefined {
    return this.run.principal;
  }

  get runId(): string {
    return this.run.runId;
  }

  async record<T extends RecordType>(type: T, payload: RecordPayloads[T], actor?: Actor): Promise<void> {
    const by = actor ?? { kind: 'code' as const, id: this.workflow };
    this.records.push(draft<RecordType>(by, this.run.now, type, payload));
  }

  async pass(stages: GuardrailStages): Promise<JsonValue> {
    const verdict = await evaluateGuardrails(stages, this, 'step.output', this.value);
    const where = `the edited output of ${this.workflow}.${this.name}`;
    const { outcome, guardrail = 'a guardrail' } = verdict;
    if (outcome === 'pass') return toJson(verdict.value, where, this.run.payloadLimit) ?? null;
    const reason = verdict.reason ?? outcome;
    throw new GuardrailBlockedError(`${where} was stopped by ${objectionOf(verdict)}`, {
      details: { guardrail, at: 'step.output', verdict: outcome, reason },
    });
  }
}

function reviewed({ name }: WorkflowDefinition, step: string): InputValidationError {
  return new InputValidationError(
    `The output of ${name}.${step} can't be edited by a fork: people decide about it, and would not see it. Fork from '${step}', and let them edit it.`,
    { details: { steps: [step] } },
  );
}
