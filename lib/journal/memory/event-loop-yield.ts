/** For no longer than this the process hears of nothing else. Milliseconds. */
const longest = 10;

/**
 * Lets timers and requests in where promise follows promise: without a database nothing else would, and the heartbeat
 * would be late.
 */
export class EventLoopYield {
  private last = performance.now();
  private taking: Promise<void> | undefined;

  /** Also while one is being taken: nobody shall overtake those who wait for it. */
  get isDue(): boolean {
    return this.taking !== undefined || performance.now() - this.last > longest;
  }

  /** Resolves for all who wait in the order in which they came. */
  take(): Promise<void> {
    return (this.taking ??= new Promise<void>((resolve) => {
      setImmediate(() => {
        this.taking = undefined;
        this.last = performance.now();
        resolve();
      });
    }));
  }
}
