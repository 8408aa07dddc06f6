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
}
