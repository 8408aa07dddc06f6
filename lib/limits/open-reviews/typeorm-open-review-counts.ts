import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import { nowPlus, Statements, type TableNames, tableNames } from '../../database/index.js';
import {
  OpenReviewCounts,
  type OpenReviewScope,
  type ReviewOwner,
  type RunWithoutRoom,
} from './open-review-counts.js';
import { scopeOfReviewLimit } from './open-review-limits.js';

interface StoredRun {
  readonly runId: string;
  readonly tenant: string | null;
  readonly user: string | null;
  readonly name: string;
}

const conditions: { readonly [scope in OpenReviewScope]: string } = {
  run: 'run_id = $2::uuid',
  tenant: 'tenant IS NOT DISTINCT FROM $2',
  user: 'tenant IS NOT DISTINCT FROM $2 AND started_by = $3',
};

/** A run of which nobody knows yet that it may go on. */
const isIdle = (now: string) =>
  `r.worker_id IS NULL AND r.finished_at IS NULL AND (r.wake_at IS NULL OR r.wake_at > ${now})`;

/** Open reviews in PostgreSQL. */
export class TypeOrmOpenReviewCounts extends OpenReviewCounts {
  private readonly statements: Statements;
  private readonly tables: TableNames;

  constructor(
    dataSource: DataSource,
    private readonly clock: Clock,
  ) {
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

  async waiting(mostOfEach: number): Promise<readonly RunWithoutRoom[]> {
    const rows = await this.statements.run<StoredRun>({
      name: 'nestor_runs_without_room',
      text: `
        SELECT * FROM (
          SELECT r.id AS "runId", r.tenant, r.principal->>'id' AS "user", w.name, row_number() OVER (
            PARTITION BY w.name, r.tenant, CASE WHEN w.name = 'open reviews of the run' THEN r.id END ORDER BY r.id
          ) AS place
          FROM ${this.tables.run} r, jsonb_object_keys(r.waits_for) AS w(name)
          WHERE r.waits_for IS NOT NULL AND ${isIdle(nowPlus('$1::double precision'))} AND w.name LIKE 'open reviews of %'
        ) waiting WHERE place <= $2::int ORDER BY "runId"`,
      values: [this.clock.offset(), mostOfEach],
    });
    return rows.flatMap(({ runId, tenant, user, name }) => {
      const scope = scopeOfReviewLimit(name);
      return scope ? [{ scope, runId, tenant: tenant ?? undefined, user: user ?? undefined }] : [];
    });
  }

  async wake(runIds: readonly string[]): Promise<void> {
    const now = nowPlus('$1::double precision');
    await this.statements.count({
      name: 'nestor_wake_for_room',
      text: `
        UPDATE ${this.tables.run} SET wake_at = ${now} WHERE id IN (
          SELECT r.id FROM ${this.tables.run} r WHERE r.id = ANY($2::uuid[]) AND ${isIdle(now)}
          ORDER BY r.id FOR NO KEY UPDATE SKIP LOCKED
        )`,
      values: [this.clock.offset(), [...runIds]],
    });
  }
}
