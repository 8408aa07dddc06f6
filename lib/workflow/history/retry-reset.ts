import type { WorkflowDefinition } from '../definition/definition.js';
import { descendants } from '../definition/graph.js';
import type { ActivationState, RunState, StepState } from '../state/run-state.js';

/**
 * The steps that start again when a finished run is tried again: what failed, what was undone, what was cut off,
 * `from` where it is given, and everything behind them that had been settled on their account.
 */
export function stepsToReset(
  definition: WorkflowDefinition,
  state: RunState,
  from?: string,
): readonly string[] {
  const begun = definition.steps.filter(({ name }) => {
    const step = state.steps.get(name);
    return step !== undefined && (name === from || isUnfinished(step));
  });
  const reset = new Set(begun.flatMap(({ name }) => [name, ...descendants(definition, name)]));
  return definition.steps.map(({ name }) => name).filter((name) => reset.has(name) && state.steps.has(name));
}

/** What was undone counts as not completed. */
function isUnfinished(step: StepState): boolean {
  const all: readonly ActivationState[] = [step, ...(step.items?.states.values() ?? [])];
  const wasUndone = all.some(({ compensation }) => compensation !== undefined);
  return wasUndone || step.status === 'failed' || step.status === 'waiting';
}
