import { randomUUID } from 'node:crypto';
import type { Fleet } from './fleet.js';
import type { SteadyPool } from './steady-pool.js';

interface OpenReview {
  readonly id: string;
  readonly run_id: string;
  readonly kind: string;
}

/** Those who wait outside: they answer reviews, and send signals, through whatever worker process lives. */
export class People {
  decisions = 0;
  private readonly busy = new Set<string>();

  constructor(
    private readonly database: SteadyPool,
    private readonly fleet: Fleet,
  ) {}

  /** Looks once at what is open; what is being answered goes on meanwhile. */
  async look(): Promise<void> {
    const { rows } = await this.database.query<OpenReview>(
      `SELECT id, run_id, kind FROM orchestration_review WHERE status = 'open'`,
    );
    for (const review of rows) {
      if (this.busy.has(review.id)) continue;
      // Whether it has happened can't be known while a process that may be about to do it stands still.
      if (review.kind === 'in-doubt' && this.fleet.isAnybodyFrozen) continue;
      this.busy.add(review.id);
      void this.answer(review).finally(() => this.busy.delete(review.id));
    }
  }

  private async answer({ id, run_id, kind }: OpenReview): Promise<void> {
    if (kind === 'in-doubt') {
      const { rowCount } = await this.database.query(`SELECT FROM effect WHERE kind = 'tool' AND run = $1`, [
        run_id,
      ]);
      await (rowCount
        ? this.decide(id, 'answer', 'witness', { sent: true })
        : this.decide(id, 'approve', 'witness'));
      return;
    }
    const callers = Math.random() < 0.1 ? 50 : 2;
    await Promise.all(
      Array.from({ length: callers }, (_, index) => this.decide(id, 'approve', `lead ${index}`)),
    );
  }

  private async decide(
    review: string,
    choice: 'approve' | 'answer',
    by: string,
    value?: unknown,
  ): Promise<void> {
    const worker = this.fleet.any();
    if (!worker) return;
    try {
      await worker.ask({ do: 'decide', review, choice, by, value });
    } catch {
      // Too late, or the process died: the next look finds it open, if it is.
      return;
    }
    this.decisions++;
    await this.database.query(
      `INSERT INTO told (id, kind, subject, answer) VALUES ($1, 'decide', $2, $3) ON CONFLICT DO NOTHING`,
      [randomUUID(), review, by],
    );
  }
}
