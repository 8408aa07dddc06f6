import type { GuardrailPoint } from '../../decorators/index.js';
import { GuardrailBlockedError } from '../../errors/index.js';
import type { Call, CallKind } from '../../scope/index.js';
import { requestReview, type Done } from './request-review.js';
import type { GuardrailStages } from '../guardrails/index.js';
import { type GateCall, recordDraft, locationOf } from '../gate-call.js';

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

/** Whether any guardrail is evaluated before calls of this kind. */
export function guardsBefore(stages: GuardrailStages, { kind }: Call): boolean {
  const at = before[kind];
  return at !== undefined && stages.hasAny(at);
}

/** Whether any guardrail stands where the result of this call passes by. */
export function guardsAfter(stages: GuardrailStages, gateCall: GateCall): boolean {
  const at = after[gateCall.call.kind];
  return (at !== undefined && stages.hasAny(at)) || (isRunOutput(gateCall) && stages.hasAny('run.output'));
}

/** `person`: somebody has seen or written this value; a guardrail that would ask a person is content. */
export type ApprovedBy = 'nobody' | 'person';

/** A value as guardrails have left it. */
export interface Guarded {
  readonly value: unknown;
  /** Why a person has to look at it first; absent where nobody has to. */
  readonly escalated?: string;
}

/** @throws {GuardrailBlockedError}; never settles where a person's value was blocked and has to become another one */
export async function guardBefore(
  stages: GuardrailStages,
  gateCall: GateCall,
  args: unknown,
  seen: ApprovedBy,
): Promise<Guarded> {
  const at = before[gateCall.call.kind];
  return at ? guard(stages, gateCall, at, 'before', args, seen) : { value: args };
}

/** @throws {GuardrailBlockedError}; never settles where a person's value was blocked and has to become another one */
export async function guardAfter(
  stages: GuardrailStages,
  gateCall: GateCall,
  result: unknown,
  seen: ApprovedBy,
  done: Done,
): Promise<Guarded> {
  const at = after[gateCall.call.kind];
  const first = at ? await guard(stages, gateCall, at, 'after', result, seen, done) : { value: result };
  if (!isRunOutput(gateCall)) return first;
  return { ...first, ...(await guard(stages, gateCall, 'run.output', 'after', first.value, seen, done)) };
}

function isRunOutput({ attempt, call }: GateCall): boolean {
  const { step, item } = attempt.place;
  return call.kind === 'step' && step === attempt.run.definition.result && item === undefined;
}

async function guard(
  stages: GuardrailStages,
  gateCall: GateCall,
  at: GuardrailPoint,
  stage: 'before' | 'after',
  value: unknown,
  seen: ApprovedBy,
  done?: Done,
): Promise<Guarded> {
  if (!stages.hasAny(at)) return { value };
  const { attempt, call, frame } = gateCall;
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
    recordDraft(gateCall, 'guardrail.evaluated', payload, { kind: 'code', id: payload.guardrail }),
  );
  if (records.length > 0) await attempt.append(records);
  if (verdict.outcome === 'pass' || (verdict.outcome === 'escalate' && seen === 'person'))
    return { value: verdict.value };
  const reason = `${verdict.guardrail ?? 'a guardrail'}: ${verdict.reason ?? verdict.outcome}`;
  if (verdict.outcome === 'escalate') return { value: verdict.value, escalated: reason };
  if (seen === 'person') {
    // Nobody can approve what a guardrail blocks: it has to become something else.
    const choices = ['edit', 'reject', 'answer'] as const;
    return requestReview(gateCall, {
      kind: 'guardrail',
      stage,
      proposed: verdict.value,
      reason,
      choices,
      done,
    });
  }
  throw new GuardrailBlockedError(`${locationOf(gateCall)} was stopped at ${at} by ${reason}`, {
    details: { guardrail: verdict.guardrail, at, verdict: verdict.outcome, reason: verdict.reason },
  });
}
