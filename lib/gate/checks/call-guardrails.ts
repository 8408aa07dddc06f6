import type { GuardrailPoint } from '../../decorators/index.js';
import { GuardrailBlockedError } from '../../errors/index.js';
import type { Call, CallKind } from '../../scope/index.js';
import { type GateCall, isToolCall, locationOf } from '../gate-call.js';
import type { GuardrailStages } from '../guardrails/index.js';
import type { CheckedCall, Escalation } from './checked-call.js';
import { escalationOf, evaluateGuardrails } from './evaluate-guardrails.js';
import { requestReview } from './request-review.js';

type Points = { readonly [kind in CallKind]?: readonly GuardrailPoint[] };

// Made once: they are asked for several times for each call.
const before: Points = {
  model: ['model.request'],
  tool: ['tool.call'],
  handoff: ['handoff'],
  'memory.write': ['memory.write'],
};
const after: Points = {
  step: ['step.output'],
  model: ['model.response'],
  tool: ['tool.result'],
  retrieval: ['retrieval.result'],
  'memory.read': ['memory.read'],
};
const afterResult: readonly GuardrailPoint[] = ['step.output', 'run.output'];
const nowhere: readonly GuardrailPoint[] = [];

/** Where guardrails see the arguments of a call. */
export function pointsBefore({ call }: GateCall): readonly GuardrailPoint[] {
  return before[guardedAs(call)] ?? nowhere;
}

function guardedAs(call: Call): CallKind {
  return isToolCall(call) ? 'tool' : call.kind;
}

/** Where guardrails see its result: that of a step may be that of the run as well. */
export function pointsAfter({ attempt, call }: GateCall): readonly GuardrailPoint[] {
  const { step, item } = attempt.place;
  const isRunOutput = call.kind === 'step' && step === attempt.run.definition.result && item === undefined;
  return isRunOutput ? afterResult : (after[guardedAs(call)] ?? nowhere);
}

/** A value as guardrails have left it. */
export interface Guarded {
  readonly value: unknown;
  /** Why a person has to look at it first; absent where nobody has to. */
  readonly escalated?: Escalation;
}

/** @throws {GuardrailBlockedError}; never settles where a person's value was blocked and has to become another one */
export async function guard(
  stages: GuardrailStages,
  checked: CheckedCall,
  points: readonly GuardrailPoint[],
  value: unknown,
): Promise<Guarded> {
  let guarded: Guarded = { value };
  for (const at of points)
    if (stages.hasAny(at)) guarded = { ...guarded, ...(await guardAt(stages, checked, at, guarded.value)) };
  return guarded;
}

async function guardAt(
  stages: GuardrailStages,
  checked: CheckedCall,
  at: GuardrailPoint,
  value: unknown,
): Promise<Guarded> {
  const verdict = await evaluateGuardrails(stages, checked, at, value, checked.frame.key);
  const { outcome } = verdict;
  const { call } = checked;
  const guarded =
    verdict.changed && call.transformed ? call.transformed(verdict.value, value) : verdict.value;
  const isSeen = checked.approvedBy === 'person';
  if (outcome === 'pass' || (outcome === 'escalate' && isSeen)) return { value: guarded };
  const objection = escalationOf(verdict);
  if (outcome === 'escalate') return { value: guarded, escalated: objection };
  if (isSeen) {
    // Nobody can approve what a guardrail blocks: it has to become something else.
    const choices = ['edit', 'reject', 'answer'] as const;
    const { done } = checked;
    const stage = done ? 'after' : 'before';
    return requestReview(checked, {
      kind: 'guardrail',
      stage,
      proposed: guarded,
      ...objection,
      choices,
      done,
    });
  }
  throw new GuardrailBlockedError(`${locationOf(checked)} was stopped at ${at} by ${objection.reason}`, {
    details: { guardrail: verdict.guardrail, at, verdict: outcome, reason: verdict.reason },
  });
}
