import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import { Statements, type TableNames, tableNames } from '../../database/index.js';
import { OpenReviewCounts, type OpenReviewScope, type ReviewOwner } from './open-review-counts.js';

const conditions: { readonly [scope in OpenReviewScope]: string } = {
  run: 'run_id = $2::uuid',
  tenant: 'tenant IS NOT DISTINCT FROM $2',
  user: 'tenant IS NOT DISTINCT FROM $2 AND started_by = $3',
};

/** Open reviews in PostgreSQL. */
export class TypeOrmOpenReviewCounts extends OpenReviewCounts {
  private readonly statements: Statements;
  private readonly tables: TableNames;

  constructor(dataSource: DataSource, clock: Clock) {
    super();
    this.statements = new Statements(dataSource, clock);
    this.tables = tableNames(dataSource);
  }

  async count(scope: OpenReviewScope, { runId, tenant, user }: ReviewOwner, announced: readonly string[]) {
    const { review } = this.tables;
    const [row] = await this.statements.run<{ open: number; stored: string[] }>({
      name: `nestor_open_reviews_of_${scope}`,
      text: `SELECT (SELECT count(*)::int FROM ${review} WHERE status = 'open' AND ${conditions[scope]}) AS open,
        (SELECT coalesce(json_agg(id), '[]') FROM ${review} WHERE id = ANY($1::text[])) AS stored`,
      values: [
        [...announced],
        scope === 'run' ? runId : (tenant ?? null),
        ...(scope === 'user' ? [user] : []),
      ],
    });
    return row ?? { open: 0, stored: [] };
  }
}
