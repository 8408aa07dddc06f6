import type { StepDefinition, WorkflowDefinition } from '../definition/definition.js';
import { loopsLeft } from './loops.js';
import type { RunState } from '../state/run-state.js';
import { stepNamed } from '../definition/step-index.js';

/** Whether a step's dependencies let it start. */
export type Readiness = 'not-yet' | 'ready' | { readonly skip: 'routes' | 'dependencies' };

type EdgeState = 'pending' | 'completed' | 'skipped' | 'unchosen';

export function readinessOf(
  definition: WorkflowDefinition,
  state: RunState,
  step: StepDefinition,
): Readiness {
  if (step.dependencies.length === 0) return 'ready';
  let pending = false;
  let completed = false;
  let unchosen = false;
  for (const dependency of step.dependencies) {
    const edge = edgeState(definition, state, dependency, step.name);
    pending ||= edge === 'pending';
    completed ||= edge === 'completed';
    unchosen ||= edge === 'unchosen';
  }
  if (step.join === 'any') {
    if (completed) return 'ready';
  } else if (unchosen) {
    return { skip: 'routes' };
  }
  if (pending) return 'not-yet';
  if (completed) return 'ready';
  return { skip: unchosen ? 'routes' : 'dependencies' };
}

function edgeState(
  definition: WorkflowDefinition,
  state: RunState,
  dependency: string,
  reader: string,
): EdgeState {
  const step = state.steps.get(dependency);
  if (step?.status !== 'completed' && step?.status !== 'skipped') return 'pending';
  if (!loopsLeft(definition, state, dependency, reader)) return 'pending';
  if (step.status === 'skipped') return 'skipped';
  const router = stepNamed(definition, dependency)?.routes;
  return router?.includes(reader) && !step.routes?.includes(reader) ? 'unchosen' : 'completed';
}
