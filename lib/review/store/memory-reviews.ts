import type { Page, Principal } from '../../values/index.js';
import type { Clock } from '../../clock/index.js';
import type { Review, ReviewComment } from '../../database/index.js';
import type { MemoryStore, PostedMessage } from '../../journal/index.js';
import { writersOf } from '../decide/agreement.js';
import { denialReason, hasShaped, isAsked } from '../decide/may-decide.js';
import { countReviews, type ReviewMetrics, type ReviewMetricsFilter } from '../metrics/review-metrics.js';
import { claimedAsOf } from '../claim.js';
import { isVisible } from '../../scope/index.js';
import { afterCursor, reviewPageOf, reviewPageSize } from '../review-cursor.js';
import {
  type ClaimWrite,
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
    return review && (tenant === undefined || review.tenant === tenant) ? this.asOfNow(review) : undefined;
  }

  async list(filter: ReviewFilter, visible: ReviewVisibility = {}): Promise<Page<Review>> {
    const limit = reviewPageSize(filter);
    const after = afterCursor(filter.cursor);
    const found = [...this.store.reviews.values()]
      .map((review) => this.asOfNow(review))
      .filter((review) => matches(review, filter) && isSeen(review, visible))
      .map((review) => ({ review, key: [review.createdAt.toISOString(), review.id] as const }))
      .filter(({ key }) => !after || compare(key, [new Date(after.at).toISOString(), after.id]) > 0)
      .toSorted((a, b) => compare(a.key, b.key))
      .map(({ review }) => review);
    return reviewPageOf(found, limit);
  }

  async metrics(filter: ReviewMetricsFilter, visible: ReviewVisibility): Promise<ReviewMetrics[]> {
    const { from, to, workflow, tenant } = filter;
    const counted = [...this.store.reviews.values()]
      .map((review) => this.asOfNow(review))
      .filter((review) => isSeen(review, visible))
      .filter(({ createdAt }) => (!from || createdAt >= from) && (!to || createdAt < to))
      .filter((review) => workflow === undefined || review.workflow === workflow)
      .filter((review) => tenant === undefined || review.tenant === tenant);
    return countReviews(counted);
  }

  async decide(
    { review, decision, final, outcome, replacement }: DecisionWrite,
    message: PostedMessage,
  ): Promise<boolean> {
    return this.write(review.id, message, (row, now) => {
      if (row.proposedHash !== review.proposedHash || hasShaped(row, decision.by)) return undefined;
      if (isHeldByOther(row, decision.by)) return undefined;
      if (row.decisions.length !== review.decisions.length || isOverdue(row, now)) return undefined;
      const decisions = [...row.decisions, decision];
      const run = this.store.runs.get(row.runId);
      if (final && run) this.store.shape(run, writersOf(decisions));
      if (!final)
        return replacement
          ? { ...unclaimed, decisions, proposed: replacement.proposed, proposedHash: replacement.hash }
          : { ...unclaimed, decisions };
      const { by, reason = null } = decision;
      const { choice, value = null } = outcome;
      return { decisions, status: 'decided', choice, reason, value, decidedBy: by, decidedAt: new Date(now) };
    });
  }

  async claim({ review, by, holder, duration, users }: ClaimWrite, message: PostedMessage): Promise<boolean> {
    return this.write(review.id, message, (row, now) => {
      if (isHeldByOther(row, by) || hasShaped(row, by)) return undefined;
      if (holder === null) return unclaimed;
      if (hasShaped(row, holder)) return undefined;
      const claimedUntil = new Date(now + duration);
      return { claimedBy: holder, claimedUntil, ...(users ? { users: [...users] } : {}) };
    });
  }

  async comment({ id }: Review, comment: ReviewComment, message: PostedMessage): Promise<boolean> {
    return this.write(id, message, ({ comments }) => ({ comments: [...comments, comment] }));
  }

  async overdue(limit: number): Promise<Review[]> {
    return this.due('expiresAt', limit);
  }

  async expire(write: ExpiryWrite, message: PostedMessage): Promise<boolean> {
    const { outcome } = write;
    return this.write(write.review.id, message, (row, now) => {
      if (!isOverdue(row, now)) return undefined;
      if (outcome !== 'escalate')
        return { status: 'expired', choice: outcome, decidedBy: 'timeout', decidedAt: new Date(now) };
      const { roles, users, timeout } = write.stage;
      const escalation = row.escalation.slice(1);
      return {
        ...unclaimed,
        roles: [...roles],
        users: [...users],
        escalation,
        onTimeout: escalation.length > 0 ? 'escalate' : 'reject',
        expiresAt: timeout === undefined ? null : new Date(now + timeout),
        remindAt: nextReminder(row, now),
      };
    });
  }

  async unreminded(limit: number): Promise<Review[]> {
    return this.due('remindAt', limit);
  }

  async remind({ id }: Review, message: PostedMessage): Promise<boolean> {
    return this.write(id, message, (row, now) =>
      isDue(row.remindAt, now) ? { remindAt: nextReminder(row, now) } : undefined,
    );
  }

  private due(time: 'expiresAt' | 'remindAt', limit: number): Review[] {
    const now = this.clock.now();
    return [...this.store.reviews.values()]
      .filter((review) => review.status === 'open' && isDue(review[time], now))
      .toSorted((a, b) => (a[time]?.getTime() ?? 0) - (b[time]?.getTime() ?? 0))
      .slice(0, limit);
  }

  private asOfNow(review: Review): Review {
    return claimedAsOf(this.withShapers(review), this.clock.now());
  }

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
    const changed = change(this.asOfNow(row), now);
    if (!changed) return false;
    this.store.reviews.set(id, { ...row, ...changed, version: row.version + 1 });
    return this.store.post({ ...message, runId: row.runId }, now);
  }
}

const unclaimed = { claimedBy: null, claimedUntil: null } as const;

function isDue(time: Date | null, now: number): boolean {
  return time !== null && time.getTime() <= now;
}

function isOverdue({ expiresAt }: Review, now: number): boolean {
  return isDue(expiresAt, now);
}

function isHeldByOther({ claimedBy }: Review, by: string): boolean {
  return claimedBy !== null && claimedBy !== by;
}

function nextReminder({ remindEvery }: Review, now: number): Date | null {
  return remindEvery === null ? null : new Date(now + remindEvery);
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
