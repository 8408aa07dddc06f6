import type { Action } from './action.js';
import type { StepDefinition } from '../definition/definition.js';
import { effectOf } from '../review.js';
import { rejectionStart } from './loops.js';
import { loopRegion } from '../definition/graph.js';
import { placeOf, type Planning, record, timerFired } from './planning.js';
import type { ActivationState, Decision } from '../state/run-state.js';
import { stepOf } from '../state/state.js';
import type { Wait } from '../state/wait.js';

/** What is to do about a step, or one item of it, that is ready and not settled. */
export function planActivation(
  planning: Planning,
  step: StepDefinition,
  activation: ActivationState,
  item?: number,
): Action[] {
  if (activation.waits) return activation.waits.flatMap((wait) => planWait(planning, step, wait, item));
  if (activation.nextAttemptAt !== undefined && Date.parse(activation.nextAttemptAt) > planning.now) {
    const until = activation.nextAttemptAt;
    return [{ kind: 'wait', wait: { for: 'timer', timer: 'retry', until, step: step.name }, until }];
  }
  if (activation.decision) return planDecision(planning, step, activation, activation.decision, item);
  return [perform(planning, step, activation, item)];
}

export function perform(
  planning: Planning,
  step: StepDefinition,
  activation: ActivationState,
  item?: number,
): Action {
  const { iteration } = placeOf(planning, step, item);
  const { phase, failures } = activation;
  const place = { step: step.name, iteration, attempt: failures + 1, phase };
  return { kind: 'perform', activation: item === undefined ? place : { ...place, item } };
}

function planWait(planning: Planning, step: StepDefinition, wait: Wait, item?: number): Action[] {
  const until = 'until' in wait ? wait.until : undefined;
  if (until === undefined) return [{ kind: 'wait', wait }];
  if (Date.parse(until) > planning.now) return [{ kind: 'wait', wait, until }];
  return [timerFired(planning, timerOf(wait), placeOf(planning, step, item))];
}

function timerOf(wait: Wait): 'signal' | 'budget' | 'rate' | 'delay' {
  if (wait.for === 'signal' || wait.for === 'budget') return wait.for;
  return wait.for === 'timer' && wait.timer === 'rate' ? 'rate' : 'delay';
}

/** A person has decided about the step itself. */
function planDecision(
  planning: Planning,
  step: StepDefinition,
  activation: ActivationState,
  decision: Decision,
  item?: number,
): Action[] {
  const place = placeOf(planning, step, item);
  const { review } = activation;
  switch (review ? effectOf(review, decision.choice) : 'reject') {
    case 'complete': {
      const output = review?.proposed;
      const routes = step.routes && item === undefined ? { routes: chosenRoutes(output) } : {};
      return [
        record(
          planning,
          'step.completed',
          {
            ...(output === undefined ? {} : { output }),
            duration: 0,
            via: 'review',
            reviewId: decision.reviewId,
            ...routes,
          },
          place,
        ),
        ...cancelledBy(planning, step, item),
      ];
    }
    // The step runner asks the gate, which does the same with what was decided as with the decision about a call: what a
    // person wrote passes schema and guardrails like any output.
    case 'perform':
    case 'perform-approved':
    case 'perform-edited':
    case 'perform-intended':
    case 'recheck':
    case 'replace':
    case 'retry':
      return [perform(planning, step, activation, item)];
    case 'skip':
      return [record(planning, 'step.skipped', { reason: 'error', by: decision.reviewId }, place)];
    case 'reject':
      return [planRejection(planning, step, decision, item)];
  }
}

function planRejection(planning: Planning, step: StepDefinition, decision: Decision, item?: number): Action {
  const place = placeOf(planning, step, item);
  const onReject = step.review?.onReject ?? 'fail';
  if (onReject === 'skip')
    return record(planning, 'step.skipped', { reason: 'rejected', by: decision.reviewId }, place);
  const from = rejectionStart(step);
  const max = typeof onReject === 'object' ? onReject.max : 0;
  if (from !== undefined && stepOf(planning.state, step.name).rejections < max) {
    const region = loopRegion(planning.definition, from, step.name);
    const feedback = decision.reason === undefined ? {} : { feedback: decision.reason };
    return record(planning, 'step.repeated', { region, reason: 'rejected', ...feedback }, place);
  }
  const message = `${planning.definition.name}.${step.name} was rejected by ${decision.by}${decision.reason === undefined ? '' : `: ${decision.reason}`}`;
  return record(
    planning,
    'step.failed',
    {
      error: { name: 'ReviewRejectedError', code: 'REVIEW_REJECTED', message },
      phase: 'perform',
      duration: 0,
      final: true,
    },
    place,
  );
}

/** The names that a `routes` step has returned. */
export function chosenRoutes(output: unknown): readonly string[] {
  return (Array.isArray(output) ? output : [output]).filter(
    (name): name is string => typeof name === 'string',
  );
}

/** The skips that belong into the same commit as the completion of a step that `cancels` others. */
export function cancelledBy(planning: Planning, step: StepDefinition, item?: number): Action[] {
  if (item !== undefined) return [];
  return step.cancels.flatMap((name) => {
    const other = stepOf(planning.state, name);
    if (other.status === 'completed' || other.status === 'skipped') return [];
    return [
      record(
        planning,
        'step.skipped',
        { reason: 'cancelled', by: step.name },
        { step: name, iteration: other.iteration },
      ),
    ];
  });
}
