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
import { countsOf, type MetricsRow, metricsStatement } from '../metrics/metrics-statement.js';
import { type ReviewMetrics, type ReviewMetricsFilter, withRates } from '../metrics/review-metrics.js';
import { claimedAsOf } from '../claim.js';
import {
  type ClaimWrite,
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
    return review && claimedAsOf(review, this.clock.now());
  }

  async list(filter: ReviewFilter, visible?: ReviewVisibility): Promise<Page<Review>> {
    // the column is a uuid: anything else would be an error of the database
    if (filter.runId !== undefined && canonicalId(filter.runId) === undefined) return { items: [] };
    const reviews = await this.statements.run<Review>(
      listReviewsStatement(this.tables, filter, this.clock.offset(), visible),
    );
    const now = this.clock.now();
    return reviewPageOf(
      reviews.map((review) => claimedAsOf(review, now)),
      reviewPageSize(filter),
    );
  }

  async metrics(filter: ReviewMetricsFilter, visible: ReviewVisibility): Promise<ReviewMetrics[]> {
    const rows = await this.statements.run<MetricsRow>(metricsStatement(this.tables, filter, visible));
    return rows.map((row) => withRates(countsOf(row)));
  }

  decide(
    { review, decision, final, outcome, replacement }: DecisionWrite,
    message: PostedMessage,
  ): Promise<boolean> {
    const { proposedHash, decisions } = review;
    const shapers = final ? writersOf([...decisions, decision]) : [];
    const facts = {
      by: decision.by,
      decision,
      outcome,
      replacement,
      proposedHash,
      decisions: decisions.length,
      shapers,
    };
    return this.write(review, final ? reviewParts.decideFinally : reviewParts.decidePartly, facts, message);
  }

  claim({ review, ...facts }: ClaimWrite, message: PostedMessage): Promise<boolean> {
    return this.write(review, reviewParts.claim, facts, message);
  }

  comment(review: Review, comment: ReviewComment, message: PostedMessage): Promise<boolean> {
    return this.write(review, reviewParts.comment, { comment }, message);
  }

  overdue(limit: number): Promise<Review[]> {
    return this.due('expires_at', limit);
  }

  expire({ review, ...facts }: ExpiryWrite, message: PostedMessage): Promise<boolean> {
    const parts = facts.outcome === 'escalate' ? reviewParts.escalate : reviewParts.expire;
    return this.write(review, parts, facts, message);
  }

  unreminded(limit: number): Promise<Review[]> {
    return this.due('remind_at', limit);
  }

  remind(review: Review, message: PostedMessage): Promise<boolean> {
    return this.write(review, reviewParts.remind, {}, message);
  }

  /** Open reviews for which this time has come, those first that have waited longest. */
  private due(time: 'expires_at' | 'remind_at', limit: number): Promise<Review[]> {
    return this.statements.run<Review>({
      name: `nestor_reviews_due_${time}`,
      text: `
        SELECT ${reviewSelection(this.tables)} FROM ${this.tables.review}
        WHERE status = 'open' AND ${time} IS NOT NULL AND ${time} <= ${nowPlus('$1::double precision')}
        ORDER BY ${time} LIMIT $2`,
      values: [this.clock.offset(), limit],
    });
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
