import type { GuardrailPoint } from '../decorators/index.js';
import { GuardrailBlockedError } from '../errors/index.js';
import type { Call, CallKind } from '../scope/index.js';
import { ask, type Done } from './ask.js';
import type { GuardrailStages } from './guardrails/index.js';
import { type Passage, told, whereIs } from './passage.js';

const before: { readonly [kind in CallKind]?: GuardrailPoint } = {
  model: 'model.request',
  tool: 'tool.call',
  handoff: 'handoff',
};
const after: { readonly [kind in CallKind]?: GuardrailPoint } = {
  step: 'step.output',
  model: 'model.response',
  tool: 'tool.result',
};

/** Whether any guardrail stands before calls of this kind. */
export function guardsBefore(stages: GuardrailStages, { kind }: Call): boolean {
  const at = before[kind];
  return at !== undefined && stages.standsAt(at);
}

/** Whether any guardrail stands where the result of this call passes by. */
export function guardsAfter(stages: GuardrailStages, passage: Passage): boolean {
  const at = after[passage.call.kind];
  return (at !== undefined && stages.standsAt(at)) || (isRunOutput(passage) && stages.standsAt('run.output'));
}

/** `person`: somebody has seen or written this value; a guardrail that would ask a person is content. */
export type SeenBy = 'nobody' | 'person';

/** A value as guardrails have left it. */
export interface Guarded {
  readonly value: unknown;
  /** Why a person has to look at it first; absent where nobody has to. */
  readonly escalated?: string;
}

/** @throws {GuardrailBlockedError}; never settles where a person's value was blocked and has to become another one */
export async function guardBefore(
  stages: GuardrailStages,
  passage: Passage,
  args: unknown,
  seen: SeenBy,
): Promise<Guarded> {
  const at = before[passage.call.kind];
  return at ? guard(stages, passage, at, 'before', args, seen) : { value: args };
}

/** @throws {GuardrailBlockedError}; never settles where a person's value was blocked and has to become another one */
export async function guardAfter(
  stages: GuardrailStages,
  passage: Passage,
  result: unknown,
  seen: SeenBy,
  done: Done,
): Promise<Guarded> {
  const at = after[passage.call.kind];
  const first = at ? await guard(stages, passage, at, 'after', result, seen, done) : { value: result };
  if (!isRunOutput(passage)) return first;
  return { ...first, ...(await guard(stages, passage, 'run.output', 'after', first.value, seen, done)) };
}

function isRunOutput({ attempt, call }: Passage): boolean {
  const { step, item } = attempt.place;
  return call.kind === 'step' && step === attempt.run.definition.result && item === undefined;
}

async function guard(
  stages: GuardrailStages,
  passage: Passage,
  at: GuardrailPoint,
  stage: 'before' | 'after',
  value: unknown,
  seen: SeenBy,
  done?: Done,
): Promise<Guarded> {
  if (!stages.standsAt(at)) return { value };
  const { attempt, call, frame } = passage;
  const verdict = await stages.evaluate(
    {
      at,
      value,
      workflow: attempt.run.definition.name,
      step: attempt.place.step,
      tool: call.kind === 'tool' ? call.name : undefined,
      agent: undefined,
      principal: attempt.run.state.created.principal,
      runId: attempt.run.state.runId,
    },
    { key: frame.key },
  );
  const records = verdict.records.map((payload) =>
    told(passage, 'guardrail.evaluated', payload, { kind: 'code', id: payload.guardrail }),
  );
  if (records.length > 0) await attempt.append(records);
  if (verdict.outcome === 'pass' || (verdict.outcome === 'escalate' && seen === 'person'))
    return { value: verdict.value };
  const reason = `${verdict.guardrail ?? 'a guardrail'}: ${verdict.reason ?? verdict.outcome}`;
  if (verdict.outcome === 'escalate') return { value: verdict.value, escalated: reason };
  if (seen === 'person') {
    // Nobody can approve what a guardrail blocks: it has to become something else.
    const choices = ['edit', 'reject', 'answer'] as const;
    return ask(passage, { kind: 'guardrail', stage, proposed: verdict.value, reason, choices, done });
  }
  throw new GuardrailBlockedError(`${whereIs(passage)} was stopped at ${at} by ${reason}`, {
    details: { guardrail: verdict.guardrail, at, verdict: verdict.outcome, reason: verdict.reason },
  });
}
