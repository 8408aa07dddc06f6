import { setTimeout as pause } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { FaultInjector } from './fault-injector.js';
import type { WorkerProcesses } from './worker-processes.js';
import { hostileText, Reviewers } from './reviewers.js';
import type { OwnPostgres, OwnRedis } from './servers.js';
import type { SteadyPool } from './steady-pool.js';

export interface ScenarioPlan {
  /** How long runs are started and faults happen, in milliseconds. */
  readonly duration: number;
  /** Nobody shall take a scenario for a proof in which little has happened: until that much has, it continues. @default nothing */
  readonly least?: { readonly runs: number; readonly kills: number };
  /** But no longer than that, in milliseconds. @default `duration` */
  readonly longest?: number;
  /** No more runs than that. @default no limit */
  readonly runs?: number;
  /** Runs that are under way at the same time. */
  readonly atOnce: number;
  /** Mean time between two faults, in milliseconds. @default no faults */
  readonly faultEvery?: number;
  /** How long the runs have to end when the faults are over, in milliseconds. */
  readonly peace: number;
}

const runs = `(SELECT * FROM orchestration_run WHERE workflow = 'chaos') chaos`;
/** Steps from which runs are forked. */
const forkedFrom = [
  'shaky',
  'each',
  'send',
  'pack',
  'refund',
  'solve',
  'converse',
  'reviewed',
  'end',
] as const;
const withChildren = `(SELECT * FROM orchestration_run WHERE workflow LIKE 'chaos%') chaos`;

/** Starts runs, looks after them as the world outside would, and has them harmed meanwhile. */
export class Scenario {
  readonly faultInjector: FaultInjector;
  readonly reviewers: Reviewers;
  private started = 0;
  private readonly underWay = new Set<Promise<void>>();
  private isOver = false;

  constructor(
    private readonly database: SteadyPool,
    private readonly workers: WorkerProcesses,
    private readonly plan: ScenarioPlan,
    servers: { readonly postgres?: OwnPostgres; readonly redis?: OwnRedis } = {},
  ) {
    this.faultInjector = new FaultInjector(database, workers, servers);
    this.reviewers = new Reviewers(database, workers);
  }

  async run(): Promise<void> {
    const { faultEvery, duration, longest = duration } = this.plan;
    const [enough, latest] = [Date.now() + duration, Date.now() + longest];
    const looking = this.keepLooking();
    const harming = faultEvery === undefined ? undefined : this.faultInjector.inject(faultEvery);
    while (this.started < (this.plan.runs ?? Infinity) && Date.now() < latest) {
      if (Date.now() > enough && (await this.hasSeenEnough())) break;
      if ((await this.unfinished()) < this.plan.atOnce) this.begin();
      else await pause(100);
      await pause(10);
    }
    this.faultInjector.stop();
    await harming;
    await Promise.all(this.underWay);
    const deadline = Date.now() + this.plan.peace;
    while ((await this.unfinished(withChildren)) > 0 && Date.now() < deadline) await pause(100);
    this.isOver = true;
    await looking;
  }

  private async unfinished(which = runs): Promise<number> {
    return (await this.count(which, 'finished_at IS NULL')) + this.underWay.size;
  }

  private async hasSeenEnough(): Promise<boolean> {
    const { least } = this.plan;
    if (!least) return true;
    const kills = await this.count('fault', `kind LIKE 'killed%'`);
    return kills >= least.kills && (await this.count(runs, 'true')) >= least.runs;
  }

  private async count(table: string, condition: string): Promise<number> {
    const { rows } = await this.database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM ${table} WHERE ${condition}`,
    );
    return rows[0]?.count ?? 0;
  }

  private begin(): void {
    const one = this.lookAfter(++this.started).finally(() => this.underWay.delete(one));
    this.underWay.add(one);
  }

  /** The life of one run, seen from outside. */
  private async lookAfter(order: number): Promise<void> {
    const [run] = await Promise.all([this.start(order), this.start(order)]);
    const said = Math.random() < 0.5 ? this.say(run) : undefined;
    if (order > 1 && Math.random() < 0.1) {
      await pause(Math.random() * 1_000);
      await this.workers.ask({ do: 'cancel', run, reason: hostileText });
    }
    // The first of a scenario has more callers than any.
    const callers = order === 1 ? 1_000 : Math.random() < 0.1 ? 50 : 1;
    await Promise.all(Array.from({ length: callers }, (_, index) => this.signal(run, index)));
    if (Math.random() < 0.1) await this.fork();
    await said;
  }

  /** Another run that begins in the middle of one that has ended well; `Reviewers` signals it, also if the answer was lost. */
  private async fork(): Promise<void> {
    const { rows } = await this.database.query<{ id: string }>(
      `SELECT id FROM ${runs} WHERE status = 'completed' ORDER BY random() LIMIT 1`,
    );
    if (!rows[0]) return;
    const from = forkedFrom[Math.floor(Math.random() * forkedFrom.length)]!;
    await this.workers.ask({ do: 'fork', run: rows[0].id, from });
  }

  private async start(order: number): Promise<string> {
    const run = await this.workers.ask({ do: 'start', key: `order ${order}`, input: order });
    await this.tell('start', `order ${order}`, run);
    return run;
  }

  /** More, to the agent that talks in the run. What nobody has acknowledged may have arrived, and is not told again. */
  private async say(run: string): Promise<void> {
    const text = `more ${randomUUID()}`;
    try {
      // Nobody may be there to ask.
      const told = await this.workers.any()?.ask({ do: 'message', run, text });
      if (told) await this.tell('message', run, text);
    } catch {
      // It came too late, or its worker died.
    }
  }

  /** Each attempt says something else: what was sent twice on purpose is not a signal taken twice. */
  private async signal(run: string, caller: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const worker = this.workers.any();
      try {
        if (await worker?.ask({ do: 'signal', run, payload: `${caller}/${attempt} \ud83d\0` })) return;
        await pause(50);
      } catch (error) {
        if (String(error).includes('RunFinishedError')) return;
        await pause(50);
      }
    }
  }

  private async tell(kind: string, subject: string, answer: string): Promise<void> {
    await this.database.query(
      'INSERT INTO told (id, kind, subject, answer) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [randomUUID(), kind, subject, answer],
    );
  }

  private async keepLooking(): Promise<void> {
    while (!this.isOver) {
      await this.reviewers.look();
      await pause(150);
    }
  }
}
