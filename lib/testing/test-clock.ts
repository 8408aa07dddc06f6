import { Clock, type Duration, milliseconds } from '../clock/index.js';

/** Shorter than the life of a worker without a heartbeat, in milliseconds. */
const stride = 5_000;

/** A clock that a test moves. It runs along with real time, as the database's does, plus what it was moved by. */
export class TestClock extends Clock {
  /** What keeps on going while time is slept away: the worker's heartbeat. */
  keepAlive: () => Promise<void> = async () => undefined;
  private moved = 0;
  private isBeating = false;
  private readonly deadlines = new Set<{ readonly at: number; readonly fire: () => void }>();

  now(): number {
    return Date.now() + this.moved;
  }

  offset(): number {
    return this.moved;
  }

  monotonic(): number {
    return performance.now() + this.moved;
  }

  /** Waits on purpose take no time: the clock is moved to their end. */
  async sleep(duration: number, signal?: AbortSignal): Promise<void> {
    const until = this.now() + duration;
    await new Promise((resolve) => setImmediate(resolve));
    // Real time goes on between two looks at the clock: the rest is looked at once per stride.
    const isAborted = () => signal?.aborted === true;
    for (let rest = until - this.now(); rest > 0 && !isAborted(); rest = until - this.now()) {
      this.move(Math.min(stride, rest));
      await this.beat();
    }
  }

  /** One at a time, as the timer does: a beat that waits for a database which is away must not begin the next one. */
  private async beat(): Promise<void> {
    if (this.isBeating) return;
    this.isBeating = true;
    await this.keepAlive().finally(() => (this.isBeating = false));
  }

  /** Deadlines fire when the clock is moved past them. */
  after(duration: number, fire: () => void): { cancel(): void } {
    const deadline = { at: this.now() + duration, fire };
    this.deadlines.add(deadline);
    // Due already: nobody has to move the clock for it.
    if (duration <= 0) setImmediate(() => this.move(0));
    return { cancel: () => void this.deadlines.delete(deadline) };
  }

  /** Moves the clock, and nothing else: `OrchestrationHarness.clock.advance` also has done what is due then. */
  move(duration: Duration): void {
    this.moved += milliseconds(duration);
    const due = [...this.deadlines].filter(({ at }) => at <= this.now()).toSorted((a, b) => a.at - b.at);
    for (const deadline of due) if (this.deadlines.delete(deadline)) deadline.fire();
  }
}
