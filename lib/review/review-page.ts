import { Brackets, type DataSource, type SelectQueryBuilder } from 'typeorm';
import { Review } from '../database/index.js';
import type { Page } from '../journal/index.js';
import { afterCursor, cursorOf, pageSize } from './review-cursor.js';
import type { ReviewFilter } from './reviews.js';

/** Columns that a filter compares as they are. */
const plain = ['runId', 'workflow', 'step', 'kind', 'tenant', 'claimedBy'] as const;

/** One page of reviews, oldest first. */
export async function reviewPage(dataSource: DataSource, filter: ReviewFilter): Promise<Page<Review>> {
  const limit = pageSize(filter);
  const query = dataSource.manager.createQueryBuilder(Review, 'review');
  if (filter.status !== 'all') query.andWhere('review.status = :status', { status: filter.status ?? 'open' });
  for (const name of plain) {
    if (filter[name] !== undefined) query.andWhere(`review.${name} = :${name}`, { [name]: filter[name] });
  }
  if (filter.decidableBy) onlyFor(query, filter.decidableBy);
  const after = afterCursor(filter.cursor);
  if (after) {
    query.andWhere(`(date_trunc('milliseconds', review.created_at), review.id) > (:at::timestamptz, :id)`, {
      at: after.at,
      id: after.id,
    });
  }
  const reviews = await query
    .orderBy(`date_trunc('milliseconds', review.created_at)`)
    .addOrderBy('review.id')
    .limit(limit + 1)
    .getMany();
  const items = reviews.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(reviews.length > limit && last ? { next: cursorOf(last) } : {}) };
}

/** The same as `whyNot`, which decides in the end: this only keeps the queue short. */
function onlyFor(query: SelectQueryBuilder<Review>, by: NonNullable<ReviewFilter['decidableBy']>): void {
  query
    .andWhere(
      new Brackets((named) => {
        named
          .where(`review.roles = '{}' AND review.users = '{}'`)
          .orWhere('review.roles && :roles::text[]', { roles: [...by.roles] })
          .orWhere(':user = ANY(review.users)', { user: by.id });
      }),
    )
    .andWhere('(NOT review.separation_of_duties OR review.started_by IS DISTINCT FROM :user)');
  if (by.tenant !== undefined) {
    query.andWhere('(review.tenant IS NULL OR review.tenant = :ownTenant)', { ownTenant: by.tenant });
  }
}
