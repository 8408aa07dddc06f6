import type { StepAttempt } from '../attempt/step-attempt.js';
import type { RunDriver } from '../drive/run-driver.js';

/** The drivers of the runs that this process drives, by run. */
export class Drivers {
  private readonly byRun = new Map<string, RunDriver>();

  get size(): number {
    return this.byRun.size;
  }

  get runIds(): readonly string[] {
    return [...this.byRun.keys()];
  }

  /** What is in flight in all of them. */
  get attempts(): readonly StepAttempt[] {
    return [...this.byRun.values()].flatMap((driver) => driver.attempts);
  }

  add(runId: string, driver: RunDriver): void {
    this.byRun.set(runId, driver);
  }

  remove(runId: string): void {
    this.byRun.delete(runId);
  }

  /** Somebody may have left a message for the run. False if it is not driven here. */
  wake(runId: string): boolean {
    const driver = this.byRun.get(runId);
    driver?.wake();
    return driver !== undefined;
  }

  wakeAll(): void {
    for (const driver of this.byRun.values()) driver.wake();
  }

  /** Each starts nothing new, and gives its run back when what is in flight has ended. */
  drainAll(): void {
    for (const driver of this.byRun.values()) driver.drain();
  }

  /** Each drops its run at once. */
  abandonAll(reasonFor: (runId: string) => Error): void {
    for (const [runId, driver] of this.byRun) driver.abandon(reasonFor(runId));
  }
}
