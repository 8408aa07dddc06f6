import { hashOf } from '../../values/index.js';
import type { StepDefinition, WorkflowDefinition } from './definition.js';

/**
 * Identifies what a run that has begun relies on: names, edges and control flow. Functions, retries, timeouts,
 * roles and budgets may change under a run, and methods may change places in the file.
 */
export function definitionHash(definition: Omit<WorkflowDefinition, 'hash'>): string {
  const steps = definition.steps.map(shapeOf).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return hashOf({ name: definition.name, result: definition.result, steps });
}

function shapeOf(step: StepDefinition) {
  const { forEach, repeat, waitFor, review } = step;
  return withoutUndefined({
    name: step.name,
    dependencies: step.dependencies.toSorted(),
    join: step.join,
    conditional: step.when !== undefined,
    routes: step.routes?.toSorted(),
    forEach: forEach && {
      over: typeof forEach.over === 'string' ? forEach.over : '(function)',
      onError: forEach.onError,
    },
    repeat: repeat && { from: repeat.from, max: repeat.max, onMax: repeat.onMax },
    delegate: step.delegate,
    waitFor: waitFor && { signal: waitFor.signal, onTimeout: waitFor.onTimeout },
    cancels: step.cancels.toSorted(),
    delayed: step.delay !== undefined,
    fallback: step.fallback?.name,
    onError: step.onError,
    compensate: step.compensate?.name,
    review: review && { at: review.at, onReject: review.onReject },
  });
}

/** So that an option added in a later version changes no hash of a definition that does not use it. */
function withoutUndefined<T extends object>(shape: T): T {
  // Only undefined properties are left out, all of which are optional in T.
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as T;
}
