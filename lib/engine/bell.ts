/** Wakes one sleeper. A ring that nobody hears is kept for the next one who listens. */
export class Bell {
  private rung = false;
  private listener: (() => void) | undefined;

  ring(): void {
    const { listener } = this;
    this.listener = undefined;
    if (listener) listener();
    else this.rung = true;
  }

  /** Calls `wake` once, at the next ring; at once, if there was one. The function given back stops listening. */
  listen(wake: () => void): () => void {
    this.listener = wake;
    if (this.rung) {
      this.rung = false;
      this.ring();
    }
    return () => {
      if (this.listener === wake) this.listener = undefined;
    };
  }

  heard(): Promise<void> {
    return new Promise((resolve) => void this.listen(resolve));
  }
}
