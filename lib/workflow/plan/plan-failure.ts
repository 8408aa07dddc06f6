import { derivedId } from '../../values/index.js';
import type { Action } from './action.js';
import type { StepDefinition } from '../definition/definition.js';
import { placeOf, type Planning, record } from './planning.js';
import { reviewRequest } from '../review-request.js';
import type { ActivationState } from '../state/run-state.js';

/** What follows once the attempts are used up: fallback, then `onError`. Nothing, if the run has to fail. */
export function planFailure(
  planning: Planning,
  step: StepDefinition,
  activation: ActivationState,
  item?: number,
): Action[] {
  const place = placeOf(planning, step, item);
  if (mayFallBack(step, activation, item === undefined ? 'step' : 'item')) {
    return [{ kind: 'perform', activation: { ...place, attempt: 1, phase: 'fallback' } }];
  }
  if (item !== undefined) return planItemFailure(planning, step, activation);
  if (isFatal(step, activation)) return [];
  if (step.onError === 'skip') return [record(planning, 'step.skipped', { reason: 'error' }, place)];
  return askWhatNow(planning, step, activation);
}

/** Whether a failed step ends the run. */
export function isFatal(step: StepDefinition, activation: ActivationState): boolean {
  if (activation.status !== 'failed' || mayFallBack(step, activation)) return false;
  return step.onError === 'fail' || activation.error?.code === 'REVIEW_REJECTED';
}

/** A person's no is an answer, not a failure: nothing falls back behind it. The fallback of a `forEach` answers for an item. */
export function mayFallBack(
  step: StepDefinition,
  activation: ActivationState,
  level: 'step' | 'item' = 'step',
): boolean {
  if (!step.fallback || activation.phase !== 'perform' || activation.error?.code === 'REVIEW_REJECTED')
    return false;
  return step.forEach === undefined || level === 'item';
}

/** Without `collect`, an item that failed fails the step. */
function planItemFailure(planning: Planning, step: StepDefinition, activation: ActivationState): Action[] {
  if (step.forEach?.onError === 'collect' || !activation.error) return [];
  return [
    record(
      planning,
      'step.failed',
      {
        error: activation.error,
        phase: 'perform',
        duration: 0,
        final: true,
      },
      placeOf(planning, step),
    ),
  ];
}

function askWhatNow(planning: Planning, step: StepDefinition, activation: ActivationState): Action[] {
  const place = placeOf(planning, step);
  // The number of the last record makes the id: asked again after another failure, it is another review.
  const reviewId = derivedId(planning.state.runId, step.name, place.iteration, 'failure', planning.state.seq);
  const proposed = { step: step.name, error: activation.error?.message ?? 'unknown' };
  return [
    record(
      planning,
      'review.requested',
      reviewRequest({
        reviewId,
        kind: 'failure',
        proposed,
        reason: activation.error?.message ?? 'the step has failed',
        title: `${step.title} has failed: what now?`,
        roles: step.review?.roles,
        users: step.review?.users,
        separationOfDuties: false,
      }),
      place,
    ),
    record(planning, 'step.waiting', { waits: [{ for: 'review', reviewId, step: step.name }] }, place),
  ];
}
