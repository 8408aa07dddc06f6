import type { Clock } from '../../clock/index.js';
import { GuardrailBlockedError, InputValidationError, toErrorData } from '../../errors/index.js';
import { type AccessPolicy, assertAccess, type GuardrailStages } from '../../gate/index.js';
import type { NewRun } from '../../journal/index.js';
import { isInstance } from '../../text/index.js';
import {
  describeSchema,
  hashOf,
  type JsonValue,
  newId,
  type Principal,
  toJson,
  validate,
} from '../../values/index.js';
import {
  decidedByCode,
  type RecordDraft,
  type RunCreated,
  type WorkflowDefinition,
} from '../../workflow/index.js';
import type { StartOptions } from '../api/start-options.js';
import { storableOptions } from '../api/storable-options.js';

/** A start that was let in, or one that was refused and is recorded as a failed run. */
export interface Admitted {
  readonly run: NewRun;
  readonly refusal?: Error;
}

/** An input that has passed schema and guardrails; `escalated`: a person decides first. */
export interface AdmittedInput {
  readonly input: JsonValue;
  readonly escalated?: NonNullable<RunCreated['escalated']>;
  readonly records: readonly RecordDraft[];
}

type Parent = NonNullable<RunCreated['parent']>;

/** Decides whether a run may begin: its input, the caller's access, the guardrails at `run.input`. */
export class Admission {
  constructor(
    private readonly access: AccessPolicy,
    private readonly guardrails: GuardrailStages,
    private readonly clock: Clock,
    private readonly payloadLimit: number,
  ) {}

  async admit(
    definition: WorkflowDefinition,
    input: unknown,
    options: StartOptions,
    child?: { readonly id: string; readonly parent: Parent },
  ): Promise<Admitted> {
    const runId = child?.id ?? newId();
    const facts: Facts = {
      definition,
      // Before anything is on record: options that can't be stored are refused, and leave no run.
      options: storableOptions(definition.name, options),
      runId,
      at: this.clock.now(),
      ...(child ? { parent: child.parent } : {}),
    };
    const records: RecordDraft[] = [];
    let checked: JsonValue = null;
    try {
      await this.checkAccess(facts, records);
      checked = await this.checkInput(definition, input);
      const guarded = await this.guardInput(facts, checked, records);
      return { run: newRun(facts, guarded.input, hashOf(checked), records, guarded.escalated) };
    } catch (refusal) {
      return refused(
        facts,
        checked ?? safely(input),
        records,
        isInstance(refusal, Error) ? refusal : new Error(toErrorData(refusal).message),
      );
    }
  }

  /** What a fork begins with in place of its source's input. @throws {InputValidationError} @throws {GuardrailBlockedError} */
  async admitInput(
    definition: WorkflowDefinition,
    input: unknown,
    { id: runId, principal }: { readonly id: string; readonly principal?: Principal | undefined },
  ): Promise<AdmittedInput> {
    const records: RecordDraft[] = [];
    const options = principal ? { principal } : {};
    const facts: Facts = { definition, options, runId, at: this.clock.now() };
    const checked = await this.checkInput(definition, input);
    return { ...(await this.guardInput(facts, checked, records)), records };
  }

  /** @throws {AccessDeniedError} */
  private async checkAccess({ definition, options, at }: Facts, records: RecordDraft[]): Promise<void> {
    const { name, access } = definition;
    try {
      await assertAccess(this.access, options.principal, access, { kind: 'workflow', name });
    } catch (error) {
      const denied = { rule: 'access', kind: 'run', name, reason: toErrorData(error).message } as const;
      records.push(decidedByCode(name, at, 'policy.denied', denied) as RecordDraft);
      throw error;
    }
  }

  /** @throws {InputValidationError} with the path of everything that does not fit */
  private async checkInput(definition: WorkflowDefinition, input: unknown): Promise<JsonValue> {
    const where = `the input of ${definition.name}`;
    if (!definition.input) return toJson(input, where, this.payloadLimit) ?? null;
    const checked = await validate(definition.input, input);
    if (checked.ok) return toJson(checked.value, where, this.payloadLimit) ?? null;
    const list = checked.issues.map(({ path, message }) => `${path} ${message}`).join('; ');
    throw new InputValidationError(
      `The input of ${definition.name} does not fit ${describeSchema(definition.input)}: ${list}`,
      {
        details: { workflow: definition.name, issues: checked.issues },
      },
    );
  }

  /** @throws {GuardrailBlockedError} */
  private async guardInput(
    { definition, options, runId, at }: Facts,
    input: JsonValue,
    records: RecordDraft[],
  ): Promise<Omit<AdmittedInput, 'records'>> {
    if (!this.guardrails.hasAny('run.input')) return { input };
    const verdict = await this.guardrails.evaluate({
      at: 'run.input',
      value: input,
      workflow: definition.name,
      step: undefined,
      tool: undefined,
      agent: undefined,
      principal: options.principal,
      runId,
    });
    for (const payload of verdict.records)
      records.push(decidedByCode(payload.guardrail, at, 'guardrail.evaluated', payload) as RecordDraft);
    const value = toJson(verdict.value, `the input of ${definition.name}`, this.payloadLimit) ?? null;
    const guardrail = verdict.guardrail ?? 'a guardrail';
    const reason = verdict.reason ?? verdict.outcome;
    if (verdict.outcome === 'pass') return { input: value };
    if (verdict.outcome === 'escalate') return { input: value, escalated: { guardrail, reason } };
    throw new GuardrailBlockedError(
      `The input of ${definition.name} was stopped by ${guardrail}: ${reason}`,
      {
        details: { guardrail, at: 'run.input', verdict: verdict.outcome, reason },
      },
    );
  }
}

interface Facts {
  readonly definition: WorkflowDefinition;
  readonly options: StartOptions;
  readonly runId: string;
  readonly at: number;
  readonly parent?: Parent;
}

function newRun(
  facts: Facts,
  input: JsonValue,
  inputHash: string,
  records: readonly RecordDraft[],
  escalated?: RunCreated['escalated'],
): NewRun {
  const { definition, options, runId, at, parent } = facts;
  const budget = options.budget ?? definition.budget;
  const { principal, idempotencyKey, tags, priority, correlationId } = options;
  return {
    id: runId,
    inputHash,
    at: new Date(at).toISOString(),
    created: {
      workflow: definition.name,
      version: definition.version,
      definitionHash: definition.hash,
      input,
      ...(principal ? { principal } : {}),
      ...(tags ? { tags } : {}),
      ...(priority === undefined ? {} : { priority }),
      ...(correlationId === undefined ? {} : { correlationId }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(budget ? { budget } : {}),
      ...(escalated ? { escalated } : {}),
      ...(parent ? { parent } : {}),
    },
    ...(records.length > 0 ? { records } : {}),
  };
}

/** A refused start is not a run that a key could stand for: the caller may try again with a better input. */
function refused(facts: Facts, input: JsonValue, records: readonly RecordDraft[], refusal: Error): Admitted {
  const { idempotencyKey: _, ...options } = facts.options;
  const failed = decidedByCode(facts.definition.name, facts.at, 'run.failed', {
    error: toErrorData(refusal),
  });
  const run = newRun({ ...facts, options }, input, hashOf(input), [...records, failed as RecordDraft]);
  return { run: { ...run, status: 'failed' }, refusal };
}

/** What of a refused input can be kept for the auditor. */
function safely(input: unknown): JsonValue {
  try {
    return toJson(input, 'the refused input') ?? null;
  } catch (error) {
    return { unreadable: toErrorData(error).message };
  }
}
