/** Wakes one sleeper. A ring that nobody hears is kept for the next one who listens. */
export class WakeSignal {
  private notified = false;
  private listener: (() => void) | undefined;

  notify(): void {
    const { listener } = this;
    this.listener = undefined;
    if (listener) listener();
    else this.notified = true;
  }

  /** Calls `wake` once, at the next ring; at once, if there was one. The function given back stops listening. */
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
