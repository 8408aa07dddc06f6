import { hashOf, type JsonValue, type Usage } from '../values/index.js';
import type { ReviewRequested } from '../workflow/index.js';
import { ask, type Done, type Origin } from './ask.js';
import { checkResult } from './checking.js';
import { guardAfter, guardsAfter, type SeenBy } from './guarding.js';
import type { GuardrailStages } from './guardrails/index.js';
import { reportFenced } from './late-outcome.js';
import { type OutcomeFacts, recordFailure, recordResult } from './outcome.js';
import { asJson, type Passage, whereIs } from './passage.js';
import { askAfter } from './review-wanted.js';

/** From a result to its record: snapshot, schema, guardrails, review, outcome. */
export function conclude(
  stages: GuardrailStages,
  passage: Passage,
  performed: unknown,
  facts: OutcomeFacts,
  seen: SeenBy,
  usage?: Usage,
): Promise<unknown> {
  return onRecord(passage, performed, facts, usage, async () => {
    const { call } = passage;
    const done = { args: facts.args, usage };
    const isGuarded = guardsAfter(stages, passage);
    const isLookedAt = isGuarded || call.output || call.review;
    // What is looked at must be what goes on record, whatever becomes of the object meanwhile.
    const snapshot = isLookedAt ? resultOf(passage, performed) : performed;
    const checked = call.output ? await checkResult(passage, snapshot) : snapshot;
    const { result, origin } = isGuarded
      ? await guarded(stages, passage, checked, seen, done)
      : { result: checked, origin: {} };
    if (seen === 'nobody' && call.review) await askAfter(passage, result, done, origin);
    return result;
  });
}

/**
 * A person has approved a result: that one is the result. Today's guardrails may still block it, or change it, which
 * makes it another question.
 */
export function concludeApproved(
  stages: GuardrailStages,
  passage: Passage,
  review: ReviewRequested,
): Promise<unknown> {
  const facts = { args: review.arguments, reviewId: review.reviewId };
  return onRecord(passage, review.proposed, facts, undefined, async () => {
    if (!guardsAfter(stages, passage)) return review.proposed;
    const done = { args: review.arguments, usage: undefined };
    const basis = review.basis ?? review.proposed;
    const { value } = await guardAfter(stages, passage, basis, 'person', done);
    if (hashOf(value ?? null) === review.proposedHash) return review.proposed;
    const reason = 'Guardrails make something else of the result now than when it was approved';
    return ask(passage, {
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
  passage: Passage,
  checked: unknown,
  seen: SeenBy,
  done: Done,
): Promise<{ readonly result: unknown; readonly origin: Origin }> {
  const { value, escalated } = await guardAfter(stages, passage, checked, seen, done);
  // A snapshot by now.
  const origin = value === checked ? {} : { basis: (checked ?? null) as JsonValue };
  if (escalated !== undefined)
    await ask(passage, {
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
  passage: Passage,
  performed: unknown,
  facts: OutcomeFacts,
  usage: Usage | undefined,
  body: () => Promise<unknown>,
): Promise<unknown> {
  try {
    const result = await body();
    return passage.call.kind === 'step' ? result : await recordResult(passage, result, facts, usage);
  } catch (error) {
    reportFenced(passage, error, performed);
    await recordFailure(passage, error, { ...facts, performed: true }, usage);
    throw error;
  }
}

function resultOf(passage: Passage, performed: unknown): JsonValue | undefined {
  return asJson(passage, performed, `the result of ${whereIs(passage)}`);
}
