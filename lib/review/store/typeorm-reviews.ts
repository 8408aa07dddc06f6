import type { Page } from '../../values/index.js';
import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import {
  reviewSelection,
  nowPlus,
  type Review,
  type ReviewComment,
  Statements,
  type TableNames,
  tableNames,
} from '../../database/index.js';
import { canonicalId } from '../../values/index.js';
import type { PostedMessage } from '../../journal/index.js';
import { listReviewsStatement } from './list-statement.js';
import { reviewPageOf, reviewPageSize } from '../review-cursor.js';
import { reviewParts, reviewStatement, type StatementParts } from './review-statement.js';
import {
  type DecisionWrite,
  type ExpiryWrite,
  type ReviewFilter,
  type ReviewVisibility,
  Reviews,
} from '../reviews.js';
import { writersOf } from '../decide/agreement.js';

/** Reviews in the host's database, always on its primary server: a replica may not know yet what has to be decided. */
export class TypeOrmReviews extends Reviews {
  private readonly statements: Statements;
  private readonly tables: TableNames;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {
    super();
    this.statements = new Statements(dataSource, clock);
    this.tables = tableNames(dataSource);
  }

  async find(id: string, tenant?: string | null): Promise<Review | undefined> {
    const isAny = tenant === undefined;
    const [review] = await this.statements.run<Review>({
      name: isAny ? 'nestor_review' : 'nestor_review_of_tenant',
      text: `SELECT ${reviewSelection(this.tables)} FROM ${this.tables.review}
        WHERE id = $1 ${isAny ? '' : 'AND tenant IS NOT DISTINCT FROM $2'}`,
      values: isAny ? [id] : [id, tenant],
    });
    return review;
  }

  async list(filter: ReviewFilter, visible?: ReviewVisibility): Promise<Page<Review>> {
    // the column is a uuid: anything else would be an error of the database
    if (filter.runId !== undefined && canonicalId(filter.runId) === undefined) return { items: [] };
    const reviews = await this.statements.run<Review>(listReviewsStatement(this.tables, filter, visible));
    return reviewPageOf(reviews, reviewPageSize(filter));
  }

  decide(
    { review, decision, final, outcome, replacement }: DecisionWrite,
    message: PostedMessage,
  ): Promise<boolean> {
    const { proposedHash, decisions } = review;
    const shapers = final ? writersOf([...decisions, decision]) : [];
    const facts = {
      decision,
      outcome,
      replacement,
      proposedHash,
      decisions: decisions.length,
      shapers,
    };
    return this.write(review, final ? reviewParts.decideFinally : reviewParts.decidePartly, facts, message);
  }

  claim(review: Review, by: string, message: PostedMessage): Promise<boolean> {
    return this.write(review, reviewParts.claim, { by }, message);
  }

  comment(review: Review, comment: ReviewComment, message: PostedMessage): Promise<boolean> {
    return this.write(review, reviewParts.comment, { comment }, message);
  }

  overdue(limit: number): Promise<Review[]> {
    return this.statements.run<Review>({
      name: 'nestor_overdue',
      text: `
        SELECT ${reviewSelection(this.tables)} FROM ${this.tables.review}
        WHERE status = 'open' AND expires_at IS NOT NULL
          AND expires_at <= ${nowPlus('$1::double precision')}
        ORDER BY expires_at LIMIT $2`,
      values: [this.clock.offset(), limit],
    });
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
    const statement = reviewStatement(this.tables, parts);
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
