import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import { nowPlus, Statements, type TableNames, tableNames } from '../../database/index.js';
import { type WaitingRun, WaitingRuns } from './waiting-runs.js';

interface StoredRun {
  readonly runId: string;
  readonly tenant: string | null;
  readonly user: string | null;
  readonly limit: string;
}

/** A run of which nobody knows yet that it may go on. */
const isIdle = (now: string) =>
  `r.worker_id IS NULL AND r.finished_at IS NULL AND (r.wake_at IS NULL OR r.wake_at > ${now})`;

/** Runs that wait for room, in PostgreSQL. */
export class TypeOrmWaitingRuns extends WaitingRuns {
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

  async list(limits: string, most: number): Promise<readonly WaitingRun[]> {
    const rows = await this.statements.run<StoredRun>({
      name: 'nestor_waiting_runs',
      text: `
        SELECT * FROM (
          SELECT r.id AS "runId", r.tenant, r.principal->>'id' AS "user", w.name AS "limit",
            row_number() OVER (PARTITION BY w.name, r.tenant ORDER BY r.id) AS place
          FROM ${this.tables.run} r, jsonb_object_keys(r.waits_for) AS w(name)
          WHERE r.waits_for IS NOT NULL AND ${isIdle(nowPlus('$1::double precision'))} AND starts_with(w.name, $3)
        ) waiting WHERE place <= $2::int ORDER BY "runId"`,
      values: [this.clock.offset(), most, limits],
    });
    return rows.map(({ runId, tenant, user, limit }) => {
      return { runId, tenant: tenant ?? undefined, user: user ?? undefined, limit };
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
