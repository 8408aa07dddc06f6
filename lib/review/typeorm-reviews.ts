import type { DataSource } from 'typeorm';
import type { Clock } from '../clock/index.js';
import { Review, type ReviewComment, tableNames } from '../database/index.js';
import type { Page, PostedMessage } from '../journal/index.js';
import { reviewParts, reviewStatement, type StatementParts } from './review-statement.js';
import { reviewPage } from './review-page.js';
import { type DecisionWrite, type ExpiryWrite, type ReviewFilter, Reviews } from './reviews.js';

/** Reviews in the host's database. */
export class TypeOrmReviews extends Reviews {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {
    super();
  }

  async find(id: string): Promise<Review | undefined> {
    return (await this.dataSource.manager.findOneBy(Review, { id })) ?? undefined;
  }

  list(filter: ReviewFilter): Promise<Page<Review>> {
    return reviewPage(this.dataSource, filter);
  }

  decide(
    { review, decision, final, outcome, replacement }: DecisionWrite,
    message: PostedMessage,
  ): Promise<boolean> {
    const { proposedHash, decisions } = review;
    const facts = { decision, outcome, replacement, proposedHash, decisions: decisions.length };
    return this.write(review, final ? reviewParts.decideFinally : reviewParts.decidePartly, facts, message);
  }

  claim(review: Review, by: string, message: PostedMessage): Promise<boolean> {
    return this.write(review, reviewParts.claim, { by }, message);
  }

  comment(review: Review, comment: ReviewComment, message: PostedMessage): Promise<boolean> {
    return this.write(review, reviewParts.comment, { comment }, message);
  }

  overdue(limit: number): Promise<Review[]> {
    return this.dataSource.manager
      .createQueryBuilder(Review, 'review')
      .where(`review.status = 'open' AND review.expires_at IS NOT NULL`)
      .andWhere(`review.expires_at <= clock_timestamp() + :offset * interval '1 millisecond'`, {
        offset: this.clock.offset(),
      })
      .orderBy('review.expires_at')
      .limit(limit)
      .getMany();
  }

  expire({ review, outcome }: ExpiryWrite, message: PostedMessage): Promise<boolean> {
    const parts = outcome === 'escalate' ? reviewParts.escalate : reviewParts.expire;
    return this.write(review, parts, { outcome }, message);
  }

  private async write(
    review: Review,
    parts: StatementParts,
    facts: unknown,
    { id, actor, at, body }: PostedMessage,
  ): Promise<boolean> {
    const statement = reviewStatement(tableNames(this.dataSource), parts);
    const values = [
      review.runId,
      review.id,
      this.clock.offset(),
      id,
      actor.kind,
      actor.id,
      at,
      JSON.stringify(body),
      JSON.stringify(facts),
    ];
    // stated, since a stricter default would answer a lost race with an error instead of no row
    const touched = await this.dataSource.transaction('READ COMMITTED', (manager) =>
      manager.query<[rows: unknown[], count: number]>(statement, values),
    );
    return touched[1] > 0;
  }
}
