import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { trueTime } from './shifted-clock.js';
import { SteadyPool } from './steady-pool.js';

export interface EffectPlace {
  readonly run: string;
  readonly step: string;
  readonly iteration: number;
  readonly item?: number;
  readonly key: string;
}

/** Writes down what has really been executed, through connections that the library doesn't have. */
export class Effects {
  private readonly pool: SteadyPool;
  /** Marks that are not there yet: the database may be away for longer than a call may take. */
  private readonly pending = new Set<EffectPlace>();

  constructor(
    url: string,
    private readonly longest: number,
  ) {
    this.pool = new SteadyPool(url, 2);
  }

  /** The body of a step or of a tool, or a request to a model: its mark, and some time. */
  async happen(kind: 'step' | 'tool' | 'nested' | 'model', place: EffectPlace): Promise<void> {
    const { run, step, iteration, item, key } = place;
    // Before anything else: from here on it counts as executed, however long the row takes.
    const at = trueTime();
    this.pending.add(place);
    await this.pool
      .query(
        `INSERT INTO effect (id, kind, run, step, iteration, item, key, pid, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT DO NOTHING`,
        [randomUUID(), kind, run, step, iteration, item ?? null, key, process.pid, at],
      )
      .finally(() => this.pending.delete(place));
    await pause(Math.random() * this.longest);
  }

  /** Whether something is being executed here whose mark can't be seen yet. */
  isPending(run: string, key: string): boolean {
    return [...this.pending].some((place) => place.run === run && place.key === key);
  }

  /** The end of this process. */
  async die(kind: string): Promise<never> {
    await this.fault(kind);
    process.kill(process.pid, 'SIGKILL');
    // The signal takes a moment, in which nothing more must be done.
    return new Promise<never>(() => undefined);
  }

  async fault(kind: string): Promise<void> {
    await this.pool.query('INSERT INTO fault (id, kind, pid) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      randomUUID(),
      kind,
      process.pid,
    ]);
  }
}
