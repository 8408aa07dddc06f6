import type { Page, Principal } from '../../values/index.js';
import type { Clock } from '../../clock/index.js';
import type { Review, ReviewComment } from '../../database/index.js';
import type { MemoryStore, PostedMessage } from '../../journal/index.js';
import { writersOf } from '../decide/agreement.js';
import { denialReason, hasShaped, isAsked } from '../decide/may-decide.js';
import { isVisible } from '../../scope/index.js';
import { afterCursor, reviewPageOf, reviewPageSize } from '../review-cursor.js';
import {
  type DecisionWrite,
  type ExpiryWrite,
  type ReviewFilter,
  type ReviewVisibility,
  Reviews,
} from '../reviews.js';

/** Reviews where there is no database. Each change is synchronous, so it is atomic as the statement is. */
export class MemoryReviews extends Reviews {
  constructor(
    private readonly store: MemoryStore,
    private readonly clock: Clock,
  ) {
    super();
  }

  async find(id: string, tenant?: string | null): Promise<Review | undefined> {
    const review = this.store.reviews.get(id);
    return review && (tenant === undefined || review.tenant === tenant)
      ? this.withShapers(review)
      : undefined;
  }

  async list(filter: ReviewFilter, visible: ReviewVisibility = {}): Promise<Page<Review>> {
    const limit = reviewPageSize(filter);
    const after = afterCursor(filter.cursor);
    const found = [...this.store.reviews.values()]
      .map((review) => this.withShapers(review))
      .filter((review) => matches(review, filter) && isSeen(review, visible))
      .map((review) => ({ review, key: [review.createdAt.toISOString(), review.id] as const }))
      .filter(({ key }) => !after || compare(key, [new Date(after.at).toISOString(), after.id]) > 0)
      .toSorted((a, b) => compare(a.key, b.key))
      .map(({ review }) => review);
    return reviewPageOf(found, limit);
  }

  async decide(
    { review, decision, final, outcome, replacement }: DecisionWrite,
    message: PostedMessage,
  ): Promise<boolean> {
    return this.write(review.id, message, (row, now) => {
      if (row.proposedHash !== review.proposedHash || hasShaped(row, decision.by)) return undefined;
      if (row.decisions.length !== review.decisions.length || isOverdue(row, now)) return undefined;
      const decisions = [...row.decisions, decision];
      const run = this.store.runs.get(row.runId);
      if (final && run) this.store.shape(run, writersOf(decisions));
      if (!final)
        return replacement
          ? { decisions, proposed: replacement.proposed, proposedHash: replacement.hash }
          : { decisions };
      const { by, reason = null } = decision;
      const { choice, value = null } = outcome;
      return { decisions, status: 'decided', choice, reason, value, decidedBy: by, decidedAt: new Date(now) };
    });
  }

  async claim({ id }: Review, by: string, message: PostedMessage): Promise<boolean> {
    return this.write(id, message, ({ claimedBy }) =>
      claimedBy === null || claimedBy === by ? { claimedBy: by } : undefined,
    );
  }

  async comment({ id }: Review, comment: ReviewComment, message: PostedMessage): Promise<boolean> {
    return this.write(id, message, ({ comments }) => ({ comments: [...comments, comment] }));
  }

  async overdue(limit: number): Promise<Review[]> {
    const now = this.clock.now();
    return [...this.store.reviews.values()]
      .filter((review) => review.status === 'open' && isOverdue(review, now))
      .toSorted((a, b) => (a.expiresAt?.getTime() ?? 0) - (b.expiresAt?.getTime() ?? 0))
      .slice(0, limit);
  }

  async expire({ review: { id }, outcome }: ExpiryWrite, message: PostedMessage): Promise<boolean> {
    return this.write(id, message, (row, now) => {
      if (!isOverdue(row, now)) return undefined;
      if (outcome === 'escalate') {
        return { roles: row.escalateTo, users: [], claimedBy: null, expiresAt: null };
      }
      return { status: 'expired', choice: outcome, decidedBy: 'timeout', decidedAt: new Date(now) };
    });
  }

  /** As they stand now. */
  private withShapers(review: Review): Review {
    return { ...review, shapedBy: this.store.runs.get(review.runId)?.row.shapedBy ?? [] };
  }

  /** `change` answers undefined where its condition does not hold. */
  private write(
    id: string,
    message: PostedMessage,
    change: (row: Review, now: number) => Partial<Review> | undefined,
  ): boolean {
    const row = this.store.reviews.get(id);
    if (row?.status !== 'open' || this.store.runs.get(row.runId)?.row.finishedAt !== null) return false;
    const now = this.clock.now();
    const changed = change(this.withShapers(row), now);
    if (!changed) return false;
    this.store.reviews.set(id, { ...row, ...changed, version: row.version + 1 });
    return this.store.post({ ...message, runId: row.runId }, now);
  }
}

function isOverdue({ expiresAt }: Review, now: number): boolean {
  return expiresAt !== null && expiresAt.getTime() <= now;
}

function compare(a: readonly [string, string], b: readonly [string, string]): number {
  return a[0] === b[0] ? (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0) : a[0] < b[0] ? -1 : 1;
}

/** As the list of the database has it. */
function isSeen(review: Review, { reviewer, ...visible }: ReviewVisibility): boolean {
  const { workflow, tenant, startedBy } = review;
  if (isVisible({ workflow, tenant, owner: startedBy ?? undefined }, visible)) return true;
  const isOfTenant = visible.tenant === undefined || visible.tenant === tenant;
  return isOfTenant && reviewer !== undefined && isAsked(review, reviewer);
}

function isDecidableBy(review: Review, by: Principal): boolean {
  return review.tenant === (by.tenant ?? null) && denialReason(review, by) === undefined;
}

const plain = ['runId', 'workflow', 'step', 'kind', 'tenant', 'claimedBy'] as const;

function matches(review: Review, filter: ReviewFilter): boolean {
  const status = filter.status ?? 'open';
  return (
    (status === 'all' || review.status === status) &&
    plain.every((name) => filter[name] === undefined || review[name] === filter[name]) &&
    (filter.decidableBy === undefined || isDecidableBy(review, filter.decidableBy))
  );
}
