/**
 * What an `AbortController` is, for those that mostly nobody listens to: the signal is made when somebody asks for it.
 * Making one costs more than everything else that a plain step needs of the gate.
 */
export class AbortSource {
  aborted = false;
  reason: unknown;
  private controller: AbortController | undefined;
  private listeners: (() => void)[] = [];

  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.aborted) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  /** Only the first time counts. */
  abort(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    this.controller?.abort(reason);
    for (const listener of this.listeners.splice(0)) listener();
  }

  /** Calls once, when it aborts. The function given back stops listening. */
  listen(listener: () => void): () => void {
    if (this.aborted) {
      listener();
      return () => undefined;
    }
    this.listeners.push(listener);
    return () => {
      const at = this.listeners.indexOf(listener);
      if (at >= 0) this.listeners.splice(at, 1);
    };
  }

  /** @throws the reason, if it has aborted */
  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }
}
