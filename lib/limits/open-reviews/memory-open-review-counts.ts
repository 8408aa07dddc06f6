import type { MemoryStore } from '../../journal/index.js';
import { OpenReviewCounts, type OpenReviewScope, type ReviewOwner } from './open-review-counts.js';

/** Open reviews where there is no database. */
export class MemoryOpenReviewCounts extends OpenReviewCounts {
  constructor(private readonly store: MemoryStore) {
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
}
