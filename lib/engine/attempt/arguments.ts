import { errorOf, RunCancelledError } from '../../errors/index.js';
import { instanceOf, type JsonValue } from '../../values/index.js';
import { StateHandle } from '../../decorators/index.js';
import {
  endingOf,
  itemAt,
  type MethodDefinition,
  type ParameterBinding,
  type StepState,
} from '../../workflow/index.js';
import type { StepAttempt } from './step-attempt.js';

/** What a user's method is called with: each parameter from where its decorator says. */
export function argumentsOf(attempt: StepAttempt, method: MethodDefinition): unknown[] {
  return method.parameters.map((parameter) => {
    const value = valueOf(attempt, parameter);
    return parameter.kind === 'context' || parameter.kind === 'failure' || parameter.kind === 'state'
      ? value
      : instanceOf(parameter.schema, value as JsonValue);
  });
}

function valueOf(attempt: StepAttempt, parameter: ParameterBinding): unknown {
  const { run, place, activationState, definition } = attempt;
  const { state } = run;
  switch (parameter.kind) {
    case 'input':
      return state.input;
    case 'from':
      return outputSeenBy(attempt, parameter.step);
    case 'previous':
      return state.steps.get(parameter.step)?.previous;
    case 'item':
      return place.item === undefined ? undefined : itemAt(run.definition, state, definition, place.item);
    case 'itemIndex':
      return place.item;
    case 'signalPayload':
      return state.steps.get(place.step)?.signal?.payload;
    case 'feedback':
      return state.steps.get(place.step)?.feedback;
    case 'failure':
      if (attempt.activation.phase === 'compensate') return endOf(attempt);
      return activationState.error && errorOf(activationState.error);
    case 'context':
      return attempt.scope.context;
    case 'state':
      return new StateHandle(parameter.state);
  }
}

/** Why a completed step has to be undone. */
function endOf({ run }: StepAttempt): Error | undefined {
  const { definition, state } = run;
  const ending = endingOf({ definition, state, now: run.now() });
  if (ending?.error) return errorOf(ending.error);
  return (
    ending && new RunCancelledError(`${definition.name} was cancelled: ${ending.reason ?? 'no reason given'}`)
  );
}

/** `@From` of the step itself, in a compensation, is the output that is to be undone: of that iteration and item. */
function outputSeenBy(attempt: StepAttempt, step: string): unknown {
  if (step === attempt.place.step) return attempt.activationState.output;
  const other: StepState | undefined = attempt.run.state.steps.get(step);
  return other?.status === 'completed' ? other.output : undefined;
}
