import type { Wake } from './run-dispatcher.js';

/** Wakes in the order of their priority, then of their coming; one for each run. */
export class WakeQueue {
  private readonly byPriority = new Map<number, Map<string, Wake>>();
  private readonly priorities = new Map<string, number>();

  get size(): number {
    return this.priorities.size;
  }

  /** A run that is in the queue already keeps its place, unless the new wake is more urgent. */
  add(wake: Wake): void {
    const priority = wake.priority ?? 0;
    const former = this.priorities.get(wake.runId);
    if (former !== undefined && former >= priority) return;
    if (former !== undefined) this.remove(wake.runId, former);
    const bucket = this.byPriority.get(priority) ?? new Map<string, Wake>();
    this.byPriority.set(priority, bucket.set(wake.runId, wake));
    this.priorities.set(wake.runId, priority);
  }

  take(): Wake | undefined {
    if (this.size === 0) return undefined;
    const highest = Math.max(...this.byPriority.keys());
    const next = this.byPriority.get(highest)?.values().next().value;
    if (next) this.remove(next.runId, highest);
    return next;
  }

  clear(): void {
    this.byPriority.clear();
    this.priorities.clear();
  }

  private remove(runId: string, priority: number): void {
    const bucket = this.byPriority.get(priority);
    bucket?.delete(runId);
    if (bucket?.size === 0) this.byPriority.delete(priority);
    this.priorities.delete(runId);
  }
}
