import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { Clock } from './clock.js';

/** Longest delay that Node's timers take; above it they fire at once. */
const longestTimer = 2 ** 31 - 1;

export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }

  offset(): number {
    return 0;
  }

  monotonic(): number {
    return performance.now();
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    await wait(Math.min(milliseconds, longestTimer), undefined, signal ? { signal } : {}).catch(
      (error: unknown) => {
        if (!signal?.aborted) throw error;
      },
    );
  }

  after(milliseconds: number, fire: () => void): { cancel(): void } {
    let timer: NodeJS.Timeout;
    const arm = (rest: number) => {
      const next = rest > longestTimer ? () => arm(rest - longestTimer) : fire;
      timer = setTimeout(next, Math.min(rest, longestTimer));
      timer.unref();
    };
    arm(milliseconds);
    return { cancel: () => clearTimeout(timer) };
  }
}
