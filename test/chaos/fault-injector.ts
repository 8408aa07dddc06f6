import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { FailPoint } from '../../lib/journal/index.js';
import type { WorkerProcesses, WorkerProcess } from './worker-processes.js';
import type { Harm } from './orders.js';
import type { OwnPostgres, OwnRedis } from './servers.js';
import { ownConnections, type SteadyPool } from './steady-pool.js';

const points: readonly FailPoint[] = ['create', 'append.before', 'append.after', 'claim', 'release', 'inbox'];

/** What is done to one worker at a named point: kills most of all. */
const harms: readonly Harm[] = ['die', 'die', 'freeze', 'die', 'block', 'die', 'lose replies'];

const hour = 3_600_000;

/** Outcomes of steps between two faults. */
const leastProgress = 25;
/** Longer than that nobody waits for them, in milliseconds. */
const longestStandstill = 5_000;

/** Does harm: to processes, to their connections, and to the servers that they need. */
export class FaultInjector {
  private readonly going = new Set<Promise<void>>();
  /** Outcomes that there were at the last fault. */
  private settled = 0;
  private isStopped = false;

  constructor(
    private readonly database: SteadyPool,
    private readonly workers: WorkerProcesses,
    private readonly servers: { readonly postgres?: OwnPostgres; readonly redis?: OwnRedis },
  ) {}

  /**
   * One fault after the other, all of its kinds in turn, each at a moment of chance, but not before something has been
   * done since the last one: a run that is taken over again and again without making progress is taken for the culprit.
   */
  async inject(every: number): Promise<void> {
    for (let count = 0; ; count++) {
      await pause(Math.random() * 2 * every);
      await this.progress();
      if (this.isStopped) break;
      this.start(count);
    }
    await Promise.all(this.going);
  }

  stop(): void {
    this.isStopped = true;
  }

  private async progress(): Promise<void> {
    const patience = performance.now() + longestStandstill;
    while (performance.now() < patience && !this.isStopped) {
      const { rows } = await this.database.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM settled',
      );
      const settled = rows[0]?.count ?? 0;
      if (settled >= this.settled + leastProgress) {
        this.settled = settled;
        return;
      }
      await pause(50);
    }
  }

  private start(count: number): void {
    // A worker may die of something else while this is done to it.
    const one = this.injectOne(count)
      .catch(() => undefined)
      .finally(() => this.going.delete(one));
    this.going.add(one);
  }

  /** Every second one at a point; of the others most are plain kills, and some meet more than one process. */
  private async injectOne(count: number): Promise<void> {
    if (count % 2 === 0) return this.atPoint(count / 2);
    const others = [
      () => this.kill(),
      () => this.freeze(),
      () => this.kill(),
      () => this.cutConnections(),
      () => this.kill(),
      () => this.shiftClock(),
      () => this.kill(),
      () => this.disturbRedis(),
      () => this.kill(),
      () => this.killAll(),
      () => this.kill(),
      () => this.restartPostgres(),
    ];
    await others[((count - 1) / 2) % others.length]?.();
  }

  private async atPoint(count: number): Promise<void> {
    const at = points[count % points.length];
    const harm = harms[count % harms.length];
    if (at && harm)
      await this.workers.any()?.ask({ do: 'harm', harm, at, passes: Math.floor(Math.random() * 6) });
  }

  private async kill(worker: WorkerProcess | undefined = this.workers.any()): Promise<void> {
    if (!worker) return;
    await this.note('killed', worker.pid);
    worker.kill();
  }

  /** Nobody is left: whatever is taken up is taken up by newcomers. */
  private async killAll(): Promise<void> {
    await Promise.all(this.workers.healthy.map((worker) => this.kill(worker)));
  }

  private async freeze(): Promise<void> {
    const worker = this.workers.any();
    if (!worker) return;
    await this.note('frozen', worker.pid);
    await worker.freeze();
  }

  private async shiftClock(): Promise<void> {
    await this.workers.any()?.ask({ do: 'shift clock', by: Math.random() < 0.5 ? hour : -hour });
  }

  private async disturbRedis(): Promise<void> {
    const { redis } = this.servers;
    if (!redis) return;
    if (Math.random() < 0.5) {
      await this.note('Redis emptied');
      await redis.flush();
    } else {
      await this.note('Redis restarted');
      await redis.restart(Math.random() * 2_000);
    }
  }

  private async restartPostgres(): Promise<void> {
    const { postgres } = this.servers;
    if (!postgres) return;
    const mode = Math.random() < 0.5 ? 'fast' : 'immediate';
    await this.note(`PostgreSQL restarted (${mode})`);
    await postgres.restart(mode);
  }

  private async cutConnections(): Promise<void> {
    await this.note('connections cut');
    for (let round = 0; round < 5; round++) {
      await this.database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name <> $1 AND random() < 0.7`,
        [ownConnections],
      );
      await pause(50);
    }
  }

  private async note(kind: string, pid: number | null = null): Promise<void> {
    await this.database.query(
      'INSERT INTO fault (id, kind, pid) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [randomUUID(), kind, pid],
    );
  }
}
