import type { Review } from '../database/index.js';
import { type CursorPosition, type Page, pageOf, query, readCursor, readQuery } from '../values/index.js';
import { choicesOf, type ReviewStatus } from '../workflow/index.js';
import type { ReviewFilter } from './reviews.js';

const largestPage = 500;

const statuses = {
  open: true,
  decided: true,
  expired: true,
  replaced: true,
  all: true,
} as const satisfies Record<ReviewStatus | 'all', true>;

const rules = {
  status: query.oneOfField(Object.keys(statuses)),
  runId: query.id,
  workflow: query.textField,
  step: query.textField,
  kind: query.oneOfField(Object.keys(choicesOf)),
  tenant: query.canonicalName,
  claimedBy: query.canonicalName,
  decidableBy: query.person,
  limit: query.pageLimit(largestPage),
  cursor: query.textField,
} as const;

/** A filter from outside, checked. @throws {InputValidationError} naming what does not fit */
export function readReviewFilter(filter: ReviewFilter): ReviewFilter {
  return readQuery(filter, rules, 'ReviewService.list()');
}

export function reviewPageSize({ limit = 50 }: ReviewFilter): number {
  return Math.min(limit, largestPage);
}

/** A page of `size` from reviews of which one more than that was looked for. */
export function reviewPageOf(reviews: readonly Review[], size: number): Page<Review> {
  return pageOf(reviews, size, ({ createdAt, id }) => ({ at: createdAt.toISOString(), id }));
}

/** @throws {InputValidationError} if it is not the cursor of a page */
export function afterCursor(cursor: string | undefined): CursorPosition | undefined {
  return cursor === undefined ? undefined : readCursor(cursor);
}
