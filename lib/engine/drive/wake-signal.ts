import type { Clock } from '../../clock/index.js';

/** Wakes one waiter. A notification without a waiter is kept for the next one. */
export class WakeSignal {
  private notified = false;
  private listener: (() => void) | undefined;

  notify(): void {
    const { listener } = this;
    this.listener = undefined;
    if (listener) listener();
    else this.notified = true;
  }

  /** Calls `wake` once, at the next notification; at once, if there was one. The function given back stops listening. */
  listen(wake: () => void): () => void {
    this.listener = wake;
    if (this.notified) {
      this.notified = false;
      this.notify();
    }
    return () => {
      if (this.listener === wake) this.listener = undefined;
    };
  }

  wait(): Promise<void> {
    return new Promise((resolve) => void this.listen(resolve));
  }

  /** Until somebody wakes it, or that many milliseconds have passed. */
  async sleep(clock: Pick<Clock, 'sleep'>, milliseconds: number): Promise<void> {
    const interrupted = new AbortController();
    const stop = this.listen(() => interrupted.abort());
    await clock.sleep(milliseconds, interrupted.signal);
    stop();
  }
}
