import { hostname } from 'node:os';
import type { DataSource } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import { nowPlus, Statements, type TableNames, tableNames } from '../../database/index.js';
import { FailPoints, NoFailPoints, runOf, type RunRow } from '../../journal/index.js';
import { type JsonValue, newId } from '../../values/index.js';
import { DeadWorkers } from './dead-workers.js';
import {
  type DueQuery,
  type DueRun,
  dueStatement,
  dueWithinLimitsStatement,
  inOrder,
  poisonCandidateStatement,
  unknownFormatStatement,
} from './due-statement.js';
import {
  type ClaimOptions,
  type ConcurrencyLimits,
  type Heartbeat,
  Leases,
  type WorkerInfo,
} from '../leases.js';
import { defaultHeartbeatTimeout, type LeasesOptions } from '../leases-options.js';
import { LimitedRuns } from './limited-runs.js';
import { RunClaims } from './run-claims.js';
import { WorkerLock } from './worker-lock.js';
import { type StoredWorker, workerOf, workersStatement } from './workers-statement.js';

/** Leases in PostgreSQL. Whether a worker is alive is decided by the database's clock. */
export class TypeOrmLeases extends Leases {
  private id = newId();
  private readonly statements: Statements;
  private readonly tables: TableNames;
  private readonly timeout: number;
  private readonly faults: FailPoints;

  private readonly claims: RunClaims;
  private readonly lock: WorkerLock;
  private readonly dead: DeadWorkers;
  private readonly limited: LimitedRuns;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    private readonly options: LeasesOptions = {},
  ) {
    super();
    this.statements = new Statements(dataSource, clock);
    this.tables = tableNames(dataSource);
    this.timeout = options.heartbeatTimeout ?? defaultHeartbeatTimeout;
    this.faults = options.faults ?? new NoFailPoints();
    this.claims = new RunClaims(this.statements, this.tables, () => ({
      workerId: this.id,
      offset: clock.offset(),
      timeout: this.timeout,
    }));
    const { connection } = options;
    this.lock = new WorkerLock(this.statements, this.tables, () => this.id);
    this.dead = new DeadWorkers(this.statements, this.tables, () => connection?.brokenAt ?? -Infinity);
    connection?.use(this.lock);
    this.limited = new LimitedRuns(this.statements, this.tables, clock);
  }

  get workerId(): string {
    return this.id;
  }

  async register(): Promise<void> {
    const isSingle = this.options.singleProcess ?? (await this.statements.isSingleProcess());
    await this.options.connection?.open();
    const former = this.id;
    this.id = newId();
    const { run, worker } = this.tables;
    if (isSingle) {
      await this.query(
        `WITH gone AS (DELETE FROM ${worker})
         UPDATE ${run} SET worker_id = NULL, recovery_count = recovery_count + 1,
           wake_at = CASE WHEN finished_at IS NULL THEN ${nowPlus('$1::double precision')} END
         WHERE worker_id IS NOT NULL`,
        [this.clock.offset()],
      );
    }
    const now = nowPlus('$4::double precision');
    // Rows of workers that nobody has heard of for long go with it: a missing row counts as dead.
    await this.query(
      `WITH gone AS (
         DELETE FROM ${worker}
         WHERE id = $6 OR heartbeat_at < ${now} - $5::double precision * interval '100 milliseconds'
       )
       INSERT INTO ${worker} (id, host, process_id, started_at, heartbeat_at, lock_key)
       VALUES ($1, $2, $3, ${now}, ${now}, $7) ON CONFLICT (id) DO NOTHING`,
      [this.id, hostname(), process.pid, this.clock.offset(), this.timeout, former, this.lock.key],
    );
  }

  async heartbeat(inFlight: JsonValue = null): Promise<Heartbeat> {
    this.options.connection?.ping();
    const now = nowPlus('$2::double precision');
    const [row] = await this.query<{ at: Date; ok: boolean; unread: string[] | null }>(
      `WITH beat AS (
         UPDATE ${this.tables.worker} SET heartbeat_at = ${now}, lock_key = $4, in_flight = $5
         WHERE id = $1 AND heartbeat_at > ${now} - $3 * interval '1 millisecond' RETURNING id
       )
       SELECT ${now} AS at, EXISTS (SELECT FROM beat) AS ok,
         (SELECT json_agg(id) FROM ${this.tables.run} WHERE worker_id = $1 AND inbox_pending > 0) AS unread`,
      [this.id, this.clock.offset(), this.timeout, this.lock.key, JSON.stringify(inFlight)],
      'nestor_heartbeat',
    );
    if (!row) throw new Error('The heartbeat statement gave no row');
    return {
      outcome: row.ok ? 'ok' : 'lost',
      databaseNow: row.at.toISOString(),
      unread: row.unread ?? [],
    };
  }

  async claim(runId: string, options: ClaimOptions = {}): Promise<RunRow | undefined> {
    const claimed = await this.claims.claim(runId, options);
    if (!claimed) return undefined;
    await this.faults.reach('claim');
    return runOf(claimed);
  }

  async release(runId: string, epoch: number, counts = false): Promise<void> {
    await this.faults.reach('release');
    await this.query(
      `UPDATE ${this.tables.run} SET worker_id = NULL, wake_at = CASE WHEN finished_at IS NULL THEN ${nowPlus('$4::double precision')} END,
         recovery_count = recovery_count + $5::int
       WHERE id = $1 AND lease_epoch = $2 AND worker_id = $3`,
      [runId, epoch, this.id, this.clock.offset(), counts ? 1 : 0],
      'nestor_release',
    );
  }

  async due(
    limit: number,
    definitions: readonly string[],
    limits: ConcurrencyLimits = {},
  ): Promise<string[]> {
    const query: DueQuery = {
      limit,
      definitions,
      offset: this.clock.offset(),
      timeout: this.timeout,
      limits,
    };
    const due = await this.statements.run<DueRun>(dueStatement(this.tables, query));
    if (Object.keys(limits).length > 0)
      due.push(...(await this.statements.run<DueRun>(dueWithinLimitsStatement(this.tables, query))));
    return due
      .toSorted(inOrder)
      .slice(0, limit)
      .map(({ id }) => id);
  }

  async poisonCandidate(definitions: readonly string[]): Promise<string | undefined> {
    const query = { definitions, offset: this.clock.offset(), timeout: this.timeout };
    const [row] = await this.statements.run<{ id: string }>(poisonCandidateStatement(this.tables, query));
    return row?.id;
  }

  async unknownFormat(definitions: readonly string[]): Promise<number | undefined> {
    const query = { definitions, offset: this.clock.offset(), timeout: this.timeout };
    const [row] = await this.statements.run<{ format: number }>(unknownFormatStatement(this.tables, query));
    return row?.format;
  }

  reapDead(): Promise<void> {
    return this.dead.reap(this.id);
  }

  async revertRecoveryCount(former: string, runIds: readonly string[]): Promise<void> {
    if (runIds.length === 0) return;
    await this.query(
      `UPDATE ${this.tables.run} SET
         recovery_count = CASE WHEN worker_id = $1 THEN recovery_count ELSE greatest(0, recovery_count - 1) END,
         wake_at = CASE WHEN worker_id = $1 THEN ${nowPlus('$3::double precision')} ELSE wake_at END,
         worker_id = nullif(worker_id, $1)
       WHERE id IN (SELECT id FROM ${this.tables.run} WHERE id = ANY($2::uuid[]) ORDER BY id FOR NO KEY UPDATE)
         AND finished_at IS NULL`,
      [former, [...runIds], this.clock.offset()],
    );
  }

  wakeLimited(all: boolean): Promise<void> {
    return this.limited.wake(all);
  }

  async nextWake(): Promise<string | undefined> {
    const [row] = await this.query<{ at: Date | null }>(
      `SELECT min(wake_at) AS at FROM ${this.tables.run}
       WHERE wake_at IS NOT NULL AND worker_id IS NULL AND finished_at IS NULL`,
      [],
      'nestor_next_wake',
    );
    return row?.at?.toISOString();
  }

  async workers(): Promise<WorkerInfo[]> {
    const { offset, timeout } = { offset: this.clock.offset(), timeout: this.timeout };
    return (await this.statements.run<StoredWorker>(workersStatement(this.tables, { offset, timeout }))).map(
      workerOf,
    );
  }

  async unregister(): Promise<void> {
    try {
      await this.query(
        `WITH freed AS (
         UPDATE ${this.tables.run} SET worker_id = NULL,
           wake_at = CASE WHEN finished_at IS NULL THEN ${nowPlus('$2::double precision')} END
         WHERE id IN (SELECT id FROM ${this.tables.run} WHERE worker_id = $1 ORDER BY id FOR NO KEY UPDATE) AND worker_id = $1
       )
       DELETE FROM ${this.tables.worker} WHERE id = $1`,
        [this.id, this.clock.offset()],
      );
    } finally {
      await this.options.connection?.close();
    }
  }

  private query<Row>(text: string, values: readonly unknown[], name?: string): Promise<Row[]> {
    return this.statements.run<Row>({ text, values, ...(name === undefined ? {} : { name }) });
  }
}
