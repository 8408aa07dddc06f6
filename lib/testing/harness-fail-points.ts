import { type FailPoint, FailPoints } from '../journal/index.js';

/** What a process that dies at a fault point would leave behind, without its death. */
export class SimulatedCrash extends Error {
  constructor(readonly point: FailPoint) {
    super(`simulated crash at ${point}`);
    this.name = 'SimulatedCrash';
  }
}

/** `'append'` is short for `'append.before'`. */
export type CrashPoint = FailPoint | 'append';

/** Fault points that a test arms one by one. */
export class HarnessFailPoints extends FailPoints {
  private readonly armed: { readonly point: FailPoint; left: number; readonly hit: () => void }[] = [];

  /** Resolves when the crash has happened. `times`: how often the point is passed before. */
  arm(point: CrashPoint, times = 0): Promise<void> {
    return new Promise((hit) =>
      this.armed.push({ point: point === 'append' ? 'append.before' : point, left: times, hit }),
    );
  }

  reach(point: FailPoint): void {
    const index = this.armed.findIndex((one) => one.point === point);
    const crash = this.armed[index];
    if (!crash) return;
    if (crash.left > 0) {
      crash.left -= 1;
      return;
    }
    this.armed.splice(index, 1);
    crash.hit();
    throw new SimulatedCrash(point);
  }
}
