import { use } from './fold-call.js';
import type { ReviewRequested } from '../records/record-facts.js';
import type { RunRecord } from '../records/record.js';
import type { ActivationState, Decision, RunState } from './run-state.js';
import { effectOf } from '../review.js';
import { activationAt, callDecisionsOf, waitOf, wakeUp } from './state.js';

/** What people are asked and what they answer. */
export function foldReview(state: RunState, record: RunRecord): void {
  switch (record.type) {
    case 'review.requested': {
      const { step, iteration, item } = record;
      if (record.payload.usage) use(state, step, record.payload.usage);
      if (step === undefined) delete state.editedInput;
      state.reviews.set(record.payload.reviewId, {
        ...record.payload,
        ...(step === undefined ? {} : { step }),
        ...(iteration === undefined ? {} : { iteration }),
        ...(item === undefined ? {} : { item }),
      });
      return;
    }
    case 'review.decided': {
      const { reviewId, choice, value, reason } = record.payload;
      return decide(state, {
        reviewId,
        choice,
        by: record.actor.id,
        seq: record.seq,
        ...(value === undefined ? {} : { value }),
        ...(reason === undefined ? {} : { reason }),
      });
    }
    case 'review.expired':
      return decide(state, {
        reviewId: record.payload.reviewId,
        choice: record.payload.outcome,
        reason: 'nobody decided in time',
        by: 'timeout',
        seq: record.seq,
      });
    default:
      return;
  }
}

function decide(state: RunState, decision: Decision): void {
  const review = state.reviews.get(decision.reviewId);
  if (!review) return;
  state.reviews.delete(decision.reviewId);
  if (review.step === undefined) return decideInput(state, review, decision);
  const activation = activationAt(state, review);
  if (!activation) return;
  if (review.key !== undefined) callDecisionsOf(activation).set(review.key, { review, decision });
  // Parallel calls of one attempt may each wait for a person: any answer lets the attempt continue, up to the next open one.
  if (!waitOf(activation, 'review')) return;
  wakeUp(activation);
  if (review.key !== undefined) return;
  if (effectOf(review, decision.choice) === 'retry') {
    restart(activation);
    // The step has failed with its items: those begin again, and the completed ones stay.
    for (const item of state.steps.get(review.step)?.items?.states.values() ?? [])
      if (item.status === 'failed') restart(item);
    return;
  }
  activation.decision = decision;
  activation.review = review;
}

function restart(activation: ActivationState): void {
  Object.assign(activation, {
    status: 'pending',
    phase: 'perform',
    failures: 0,
  } satisfies Partial<ActivationState>);
  activation.revived = (activation.revived ?? 0) + 1;
  delete activation.timedOut;
}

/** The one review without a step: may the run begin with this input. */
function decideInput(state: RunState, review: ReviewRequested, decision: Decision): void {
  const effect = effectOf(review, decision.choice);
  if (effect === 'perform-edited') {
    state.editedInput = decision.value ?? null;
    return;
  }
  state.inputDecided = true;
  if (effect !== 'reject') return;
  state.ending ??= {
    status: 'failed',
    error: {
      name: 'ReviewRejectedError',
      code: 'REVIEW_REJECTED',
      message: `The input of ${state.created.workflow} was rejected by ${decision.by}${decision.reason ? `: ${decision.reason}` : ''}`,
    },
  };
}
