import { hashOf, type JsonValue, type Usage } from '../values/index.js';
import type { ReviewRequested } from '../workflow/index.js';
import { requestReview, type Done, type Origin } from './checks/request-review.js';
import { checkResult } from './checks/schema-checks.js';
import { guardAfter, guardsAfter, type ApprovedBy } from './checks/guardrail-checks.js';
import type { GuardrailStages } from './guardrails/index.js';
import { reportFenced } from './perform/late-outcome.js';
import { type OutcomeFacts, recordFailure, recordResult } from './outcome.js';
import { asJson, type GateCall, locationOf } from './gate-call.js';
import { askAfter } from './checks/review-policy.js';

/** From a result to its record: snapshot, schema, guardrails, review, outcome. */
export function conclude(
  stages: GuardrailStages,
  gateCall: GateCall,
  performed: unknown,
  facts: OutcomeFacts,
  seen: ApprovedBy,
  usage?: Usage,
): Promise<unknown> {
  return onRecord(gateCall, performed, facts, usage, async () => {
    const { call } = gateCall;
    const done = { args: facts.args, usage };
    const isGuarded = guardsAfter(stages, gateCall);
    const isLookedAt = isGuarded || call.output || call.review;
    // What is looked at must be what goes on record, whatever becomes of the object meanwhile.
    const snapshot = isLookedAt ? resultOf(gateCall, performed) : performed;
    const checked = call.output ? await checkResult(gateCall, snapshot) : snapshot;
    const { result, origin } = isGuarded
      ? await guarded(stages, gateCall, checked, seen, done)
      : { result: checked, origin: {} };
    if (seen === 'nobody' && call.review) await askAfter(gateCall, result, done, origin);
    return result;
  });
}

/**
 * A person has approved a result: that one is the result. Today's guardrails may still block it, or change it, which
 * makes it another question.
 */
export function concludeApproved(
  stages: GuardrailStages,
  gateCall: GateCall,
  review: ReviewRequested,
): Promise<unknown> {
  const facts = { args: review.arguments, reviewId: review.reviewId };
  return onRecord(gateCall, review.proposed, facts, undefined, async () => {
    if (!guardsAfter(stages, gateCall)) return review.proposed;
    const done = { args: review.arguments, usage: undefined };
    const basis = review.basis ?? review.proposed;
    const { value } = await guardAfter(stages, gateCall, basis, 'person', done);
    if (hashOf(value ?? null) === review.proposedHash) return review.proposed;
    const reason = 'Guardrails make something else of the result now than when it was approved';
    return requestReview(gateCall, {
      kind: 'guardrail',
      stage: 'after',
      proposed: value,
      origin: { basis: basis ?? null },
      reason,
      done,
    });
  });
}

async function guarded(
  stages: GuardrailStages,
  gateCall: GateCall,
  checked: unknown,
  seen: ApprovedBy,
  done: Done,
): Promise<{ readonly result: unknown; readonly origin: Origin }> {
  const { value, escalated } = await guardAfter(stages, gateCall, checked, seen, done);
  // A snapshot by now.
  const origin = value === checked ? {} : { basis: (checked ?? null) as JsonValue };
  if (escalated !== undefined)
    await requestReview(gateCall, {
      kind: 'guardrail',
      stage: 'after',
      proposed: value,
      origin,
      reason: escalated,
      done,
    });
  return { result: value, origin };
}

/** The step runner puts a step's result on record. */
async function onRecord(
  gateCall: GateCall,
  performed: unknown,
  facts: OutcomeFacts,
  usage: Usage | undefined,
  body: () => Promise<unknown>,
): Promise<unknown> {
  try {
    const result = await body();
    return gateCall.call.kind === 'step' ? result : await recordResult(gateCall, result, facts, usage);
  } catch (error) {
    reportFenced(gateCall, error, performed);
    await recordFailure(gateCall, error, { ...facts, performed: true }, usage);
    throw error;
  }
}

function resultOf(gateCall: GateCall, performed: unknown): JsonValue | undefined {
  return asJson(gateCall, performed, `the result of ${locationOf(gateCall)}`);
}
