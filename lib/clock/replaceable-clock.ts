import { Clock } from './clock.js';
import { SystemClock } from './system-clock.js';

/** The clock of an application. Tests put theirs in its place after the container is built. */
export class ReplaceableClock extends Clock {
  private current: Clock = new SystemClock();

  replace(clock: Clock): void {
    this.current = clock;
  }

  now(): number {
    return this.current.now();
  }

  offset(): number {
    return this.current.offset();
  }

  monotonic(): number {
    return this.current.monotonic();
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return this.current.sleep(milliseconds, signal);
  }

  after(milliseconds: number, fire: () => void): { cancel(): void } {
    return this.current.after(milliseconds, fire);
  }
}
