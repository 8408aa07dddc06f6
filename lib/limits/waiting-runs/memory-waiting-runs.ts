import type { Clock } from '../../clock/index.js';
import type { MemoryStore } from '../../journal/index.js';
import { type WaitingRun, WaitingRuns } from './waiting-runs.js';

/** Runs that wait for room where there is no database. */
export class MemoryWaitingRuns extends WaitingRuns {
  constructor(
    private readonly store: MemoryStore,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    super();
  }

  async list(limits: string, most: number): Promise<readonly WaitingRun[]> {
    const now = this.clock.now();
    const counts = new Map<string, number>();
    return [...this.store.active]
      .filter(({ row }) => row.workerId === null && (row.wakeAt?.getTime() ?? Infinity) > now)
      .flatMap(({ row, waitsFor }) => {
        const { id: runId, tenant, principal } = row;
        const names = Object.keys(waitsFor ?? {}).filter((limit) => limit.startsWith(limits));
        return names.map((limit) => ({ runId, tenant: tenant ?? undefined, user: principal?.id, limit }));
      })
      .toSorted((a, b) => (a.runId < b.runId ? -1 : 1))
      .filter(({ limit, tenant }) => {
        const key = JSON.stringify([limit, tenant]);
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        return count <= most;
      });
  }

  async wake(runIds: readonly string[]): Promise<void> {
    for (const id of runIds) {
      const run = this.store.runs.get(id);
      if (run?.row.workerId === null) this.store.update(run, { wakeAt: new Date(this.clock.now()) });
    }
  }
}
