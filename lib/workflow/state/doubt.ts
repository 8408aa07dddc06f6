import { derivedId } from '../../values/index.js';
import type { Action } from '../plan/action.js';
import { type Planning, record } from '../plan/planning.js';
import type { RecordPlace } from '../records/record.js';
import { reviewRequest } from '../review-request.js';
import type { ActivationState, RememberedCall, RunState } from './run-state.js';
import { activations } from './state.js';

/** Begun, and neither the journal nor a person says how it went. */
function isInDoubt(activation: ActivationState, call: RememberedCall): boolean {
  if (call.effect !== 'irreversible' || call.decided) return false;
  if (call.status !== 'intended' && call.status !== 'in-doubt') return false;
  return (activation.callDecisions.get(call.key)?.decision.seq ?? 0) <= call.seq;
}

/** The open question about a call in doubt. */
function openDoubt(state: RunState, key: string): string | undefined {
  for (const review of state.reviews.values())
    if (review.kind === 'in-doubt' && review.key === key) return review.reviewId;
  return undefined;
}

/** Before a run ends, people are asked about every call of which nobody knows whether it has happened. */
export function planDoubts(planning: Planning): Action[] {
  const actions: Action[] = [];
  for (const { step, item, activation } of activations(planning.state)) {
    if (activation.status === 'completed' || activation.status === 'skipped') continue;
    for (const call of activation.calls.values()) {
      if (call.onInDoubt !== undefined || !isInDoubt(activation, call) || isTold(activation, call)) continue;
      const reviewId = openDoubt(planning.state, call.key);
      const place = { step: step.name, iteration: step.iteration, item, attempt: call.attempt };
      actions.push(
        reviewId === undefined
          ? question(planning, call, place)
          : { kind: 'wait', wait: { for: 'review', reviewId, step: step.name }, ending: true },
      );
    }
  }
  return actions;
}

/** How a step's own act went, its own record tells. */
function isTold({ status }: ActivationState, call: RememberedCall): boolean {
  return call.kind === 'step' && call.status === 'intended' && status === 'failed';
}

function question(planning: Planning, call: RememberedCall, place: RecordPlace): Action {
  const { state } = planning;
  const proposed = call.arguments;
  return record(
    planning,
    'review.requested',
    reviewRequest({
      reviewId: derivedId(state.runId, call.key, 'in-doubt', state.seq),
      kind: 'in-doubt',
      stage: 'before',
      proposed,
      reason: `The run is about to end, and whether ${call.kind} ${call.name} happened is unknown${call.error ? ` (${call.error.message})` : ''}. Find out, then answer with the result if it did, or approve or reject if it did not: the run ends then, and the call is not made again.`,
      roles: call.reviewers?.roles,
      users: call.reviewers?.users,
      key: call.key,
      subject: `${call.kind} ${call.name}`,
    }),
    place,
  );
}
