import type { JsonValue } from '../../values/index.js';
import type { StepAttempt } from '../attempt/step-attempt.js';

/** Steps that are shown; a worker row is written every few seconds and shall stay small. */
const mostShown = 50;

/** What a process is at, for people who look at its worker row: the longest-lasting attempts first. */
export function workerSnapshot(runs: number, attempts: readonly StepAttempt[]): JsonValue {
  const oldest = attempts.toSorted((a, b) => a.begunAt - b.begunAt).slice(0, mostShown);
  const steps = oldest.map(({ run, activation, begunAt }) => ({
    run: run.state.runId,
    workflow: run.definition.name,
    step: activation.step,
    iteration: activation.iteration,
    ...(activation.item === undefined ? {} : { item: activation.item }),
    attempt: activation.attempt,
    since: new Date(begunAt).toISOString(),
  }));
  const more = attempts.length - steps.length;
  return { runs, steps, ...(more > 0 ? { more } : {}) };
}
