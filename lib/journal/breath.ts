/** For no longer than this the process hears of nothing else. Milliseconds. */
const longest = 10;

/**
 * Lets timers and requests in where promise follows promise: without a database nothing else would, and the heartbeat
 * would be late.
 */
export class Breath {
  private last = performance.now();

  get isDue(): boolean {
    return performance.now() - this.last > longest;
  }

  async take(): Promise<void> {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    this.last = performance.now();
  }
}
