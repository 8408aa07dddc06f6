import { setImmediate as nextTurn } from 'node:timers/promises';
import { Clock } from '../../lib/clock/index.js';

/** The system's clock, moved on by hand. Does not wait. */
export class MovedClock extends Clock {
  private moved = 0;

  advance(milliseconds: number): void {
    this.moved += milliseconds;
  }

  now(): number {
    return Date.now() + this.moved;
  }

  offset(): number {
    return this.moved;
  }

  monotonic(): number {
    return performance.now() + this.moved;
  }

  async sleep(): Promise<void> {
    await nextTurn();
  }

  after(): { cancel(): void } {
    return { cancel: () => undefined };
  }
}
