import { join } from 'node:path';
import { openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { Scenario, type ScenarioPlan } from './scenario.js';
import { type Violation, violations } from './checker.js';
import { WorkerProcesses } from './worker-processes.js';
import { OwnPostgres, OwnRedis } from './servers.js';
import { PgBouncer } from '../machines/pgbouncer.js';
import { SteadyPool } from './steady-pool.js';
import { chaosTables, fillerStatements } from './tables.js';

export const dispatchers = ['in-process', 'bullmq'] as const;
export type Dispatcher = (typeof dispatchers)[number];

export interface Report {
  readonly runs: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  /** Worker processes that died, of whatever. */
  readonly deaths: number;
  /** Claims of runs that nobody had given back. */
  readonly takeOvers: number;
  /** Executions of step bodies. */
  readonly executions: number;
  readonly inDoubt: number;
  readonly violations: readonly Violation[];
}

/** Sessions that the pooler has for all workers together: fewer than they have connections. */
const pooledSessions = 12;

/** What an environment has for itself. */
interface OwnServers {
  readonly postgres?: OwnPostgres;
  readonly redis?: OwnRedis;
  /** Whether the workers reach the database through a pooler. */
  readonly pooled?: boolean;
}

/** One database on the server, and worker processes on it. */
export class Environment {
  private constructor(
    private readonly test: TestDatabase,
    readonly database: SteadyPool,
    readonly workers: WorkerProcesses,
    private readonly servers: OwnServers,
    private readonly pooler: PgBouncer | undefined,
  ) {}

  /** @param compiled where `compileLibrary` has put everything */
  static async open(
    compiled: string,
    filler: number,
    settings: Readonly<Record<string, string>> = {},
    servers: OwnServers = {},
  ): Promise<Environment> {
    const test = await openTestDatabase({}, servers.postgres?.url);
    const { url } = test;
    if (url === undefined) throw new Error('the fault harness needs a PostgreSQL server: set DATABASE_URL');
    const database = new SteadyPool(url, 4);
    for (const statement of [...chaosTables, ...fillerStatements(filler)]) await database.query(statement);
    const pooler = servers.pooled ? await PgBouncer.open(url, pooledSessions) : undefined;
    const program = join(compiled, 'test/chaos/worker.js');
    return new Environment(
      test,
      database,
      new WorkerProcesses(program, { ...settings, DATABASE_URL: pooler?.url ?? url }),
      servers,
      pooler,
    );
  }

  /** With servers of its own, which the fault injector may do anything to. */
  static async withServers(
    compiled: string,
    filler: number,
    dispatcher: Dispatcher,
    pooled = false,
  ): Promise<Environment> {
    const postgres = await OwnPostgres.start();
    const redis = dispatcher === 'bullmq' ? await OwnRedis.start() : undefined;
    const settings = redis ? { REDIS: redis.url } : {};
    return Environment.open(compiled, filler, settings, { postgres, pooled, ...(redis ? { redis } : {}) });
  }

  get url(): string {
    return this.test.url ?? '';
  }

  async run(plan: ScenarioPlan): Promise<Report> {
    await new Scenario(this.database, this.workers, plan, this.servers).run();
    await this.workers.stop();
    return this.report();
  }

  async report(): Promise<Report> {
    return {
      runs: await this.counts(
        `SELECT status AS name, count(*)::int FROM orchestration_run WHERE workflow = 'chaos' GROUP BY 1`,
      ),
      faults: await this.counts('SELECT kind AS name, count(*)::int FROM fault GROUP BY 1 ORDER BY 1'),
      deaths: this.workers.deaths,
      takeOvers: await this.count('SELECT count(*)::int FROM claimed WHERE unclean'),
      executions: await this.count(`SELECT count(*)::int FROM effect WHERE kind = 'step'`),
      inDoubt: await this.count(`SELECT count(*)::int FROM orchestration_review WHERE kind = 'in-doubt'`),
      violations: await violations(this.database),
    };
  }

  /** Step bodies that one process has begun. */
  executionsBy(pid: number): Promise<number> {
    return this.count(`SELECT count(*)::int FROM effect WHERE kind = 'step' AND pid = ${pid}`);
  }

  async close(): Promise<void> {
    await this.workers.stop();
    await this.database.end();
    await this.pooler?.close();
    await this.test.close();
    this.servers.redis?.close();
    await this.servers.postgres?.close();
  }

  private async counts(text: string): Promise<Record<string, number>> {
    const { rows } = await this.database.query<{ name: string; count: number }>(text);
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  }

  private async count(text: string): Promise<number> {
    const { rows } = await this.database.query<{ count: number }>(text);
    return rows[0]?.count ?? 0;
  }
}
