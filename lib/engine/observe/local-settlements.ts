import type { RunResult } from '../api/run-result.js';

type Listener = (result: RunResult | undefined) => void;

/** Gives callers in this process that wait for a run its result once it is idle, so that they need not read it again. */
export class LocalSettlements {
  private readonly listeners = new Map<string, Set<Listener>>();

  /** The function given back stops listening. */
  listen(runId: string, listener: Listener): () => void {
    const listeners = this.listeners.get(runId) ?? new Set();
    this.listeners.set(runId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.listeners.get(runId) === listeners) this.listeners.delete(runId);
    };
  }

  /** @param read what the run has come to; asked only if somebody wants to know. Undefined: look for yourselves. */
  tell(runId: string, read: () => RunResult | undefined): void {
    const listeners = this.listeners.get(runId);
    if (!listeners) return;
    const result = read();
    for (const listener of listeners) listener(result);
  }
}
