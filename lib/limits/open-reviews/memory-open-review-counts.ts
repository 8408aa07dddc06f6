import type { Clock } from '../../clock/index.js';
import type { MemoryStore } from '../../journal/index.js';
import {
  OpenReviewCounts,
  type OpenReviewScope,
  type ReviewOwner,
  type RunWithoutRoom,
} from './open-review-counts.js';
import { limitKeyOf, scopeOfReviewLimit } from './open-review-limits.js';

/** Open reviews where there is no database. */
export class MemoryOpenReviewCounts extends OpenReviewCounts {
  constructor(
    private readonly store: MemoryStore,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    super();
  }

  async count(scope: OpenReviewScope, owner: ReviewOwner, announced: readonly string[]) {
    const isOwn = {
      run: ({ runId }: { readonly runId: string }) => runId === owner.runId,
      tenant: ({ tenant }: { readonly tenant: string | null }) => tenant === (owner.tenant ?? null),
      user: (review: { readonly tenant: string | null; readonly startedBy: string | null }) =>
        review.tenant === (owner.tenant ?? null) && review.startedBy === owner.user,
    }[scope];
    const open = [...this.store.reviews.values()].filter((one) => one.status === 'open' && isOwn(one));
    return { open: open.length, stored: announced.filter((id) => this.store.reviews.has(id)) };
  }

  async waiting(mostOfEach: number): Promise<readonly RunWithoutRoom[]> {
    const now = this.clock.now();
    const counts = new Map<string, number>();
    return [...this.store.active]
      .filter(({ row }) => row.workerId === null && (row.wakeAt?.getTime() ?? Infinity) > now)
      .flatMap(({ row, waitsFor }) =>
        Object.keys(waitsFor ?? {}).flatMap((name) => {
          const scope = scopeOfReviewLimit(name);
          const { id: runId, tenant, principal } = row;
          return scope ? [{ scope, runId, tenant: tenant ?? undefined, user: principal?.id }] : [];
        }),
      )
      .toSorted((a, b) => (a.runId < b.runId ? -1 : 1))
      .filter(({ scope, ...owner }) => {
        const key = limitKeyOf(scope, owner);
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        return count <= mostOfEach;
      });
  }

  async wake(runIds: readonly string[]): Promise<void> {
    for (const id of runIds) {
      const run = this.store.runs.get(id);
      if (run?.row.workerId === null) this.store.update(run, { wakeAt: new Date(this.clock.now()) });
    }
  }
}
