import type { Action } from './action.js';
import type { WorkflowDefinition } from '../definition/definition.js';
import { derivedId } from '../../values/index.js';
import { isSettled, loopsLeft } from './loops.js';
import { endingOf, planEnding } from './plan-ending.js';
import { planStep } from './plan-step.js';
import { type Planning, record, timerFired } from './planning.js';
import { choicesOf } from '../review.js';
import { reviewRequest } from '../review-request.js';
import { isFinished } from '../state/run-status.js';
import type { RunState } from '../state/run-state.js';

/**
 * What is to do now: decisions to be recorded, user code that should be going on, and what is waited for.
 * Pure: the same definition, state and time give the same actions.
 */
export function plan(definition: WorkflowDefinition, state: RunState, now: number): Action[] {
  if (isFinished(state.status)) return [];
  const planning: Planning = { definition, state, now };
  const ending = endingOf(planning);
  if (ending) return planEnding(planning, ending);
  if (isOutOfTime(planning)) return [timerFired(planning, 'run.timeout')];
  const input = planInput(planning);
  if (input) return [input];
  const actions: Action[] = [];
  for (const step of definition.steps) for (const action of planStep(planning, step)) actions.push(action);
  if (actions.length > 0)
    return state.paused
      ? [...actions.filter((action) => action.kind === 'perform'), resumeWait(state.paused.reason)]
      : actions;
  const unsettled = definition.steps.find(
    (step) => !isSettled(state, step.name) || !loopsLeft(definition, state, step.name, undefined),
  );
  if (unsettled)
    throw new Error(
      `${definition.name}.${unsettled.name} is neither settled nor waiting: this is a bug in Nestor`,
    );
  const output = state.steps.get(definition.result)?.output;
  return [record(planning, 'run.completed', output === undefined ? {} : { output })];
}

/** When the run will have been active for its whole timeout, in milliseconds since the epoch. */
export function runDeadline(definition: WorkflowDefinition, state: RunState): number | undefined {
  if (definition.timeout === undefined || state.activeSince === undefined) return undefined;
  return state.activeSince + definition.timeout - state.activeMs;
}

function isOutOfTime({ definition, state, now }: Planning): boolean {
  const deadline = runDeadline(definition, state);
  return deadline !== undefined && now >= deadline;
}

function resumeWait(reason: string): Action {
  return { kind: 'wait', wait: { for: 'resume', reason } };
}

/** An input that a guardrail has escalated is put before a person first. */
function planInput(planning: Planning): Action | undefined {
  const { state } = planning;
  const { escalated } = state.created;
  if (!escalated || state.inputDecided) return undefined;
  const reviewId = derivedId(state.runId, 'input');
  const open = [...state.reviews.values()].find(({ step }) => step === undefined);
  if (open) return { kind: 'wait', wait: { for: 'review', reviewId: open.reviewId } };
  if (state.editedInput !== undefined) return { kind: 'admit', input: state.editedInput };
  const question = reviewRequest({
    reviewId,
    kind: 'guardrail',
    proposed: state.input,
    reason: `${escalated.guardrail}: ${escalated.reason}`,
    guardrail: escalated.guardrail,
    choices: choicesOf.guardrail.filter((choice) => choice !== 'answer'),
  });
  return record(planning, 'review.requested', question);
}
