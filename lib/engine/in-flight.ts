import type { JsonValue } from '../values/index.js';
import type { StepAttempt } from './step-attempt.js';

/** Steps that are shown; a worker row is written every few seconds and shall stay small. */
const mostShown = 50;

/** The attempts that this process is at, for people who look at its worker row. */
export class InFlight {
  /** With the time at which each began, in milliseconds. */
  private readonly attempts = new Map<StepAttempt, number>();

  begin(attempt: StepAttempt): void {
    this.attempts.set(attempt, attempt.run.now());
  }

  end(attempt: StepAttempt): void {
    this.attempts.delete(attempt);
  }

  /** The longest-lasting first. */
  shown(runs: number): JsonValue {
    const steps = [...this.attempts].slice(0, mostShown).map(([{ run, target }, since]) => ({
      run: run.state.runId,
      workflow: run.definition.name,
      step: target.step,
      iteration: target.iteration,
      ...(target.item === undefined ? {} : { item: target.item }),
      attempt: target.attempt,
      since: new Date(since).toISOString(),
    }));
    const more = this.attempts.size - steps.length;
    return { runs, steps, ...(more > 0 ? { more } : {}) };
  }
}
