import { randomUUID } from 'node:crypto';
import type { WorkerProcesses } from './worker-processes.js';
import type { SteadyPool } from './steady-pool.js';

interface OpenReview {
  readonly id: string;
  readonly run_id: string;
  readonly kind: string;
  readonly proposed: { readonly run: string; readonly key: string; readonly amount?: number } | null;
}

/** What a browser, or a model, may put into a text field. */
export const hostileText = `because of half an emoji \ud83d, NUL \0 and ${'much '.repeat(20_000)}`;

/** Those who wait outside: they answer reviews, and send signals, through whatever worker process lives. */
export class Reviewers {
  decisions = 0;
  private readonly busy = new Set<string>();
  private readonly signalled = new Set<string>();
  private signals = 0;

  constructor(
    private readonly database: SteadyPool,
    private readonly workers: WorkerProcesses,
  ) {}

  /** Looks once at what is open; what is being answered goes on meanwhile. */
  async look(): Promise<void> {
    await this.signalForks();
    const { rows } = await this.database.query<OpenReview>(
      `SELECT id, run_id, kind, proposed FROM orchestration_review WHERE status = 'open'`,
    );
    for (const review of rows) {
      if (this.busy.has(review.id)) continue;
      // Whether it has happened can't be known while a process that may be about to do it stands still.
      if (review.kind === 'in-doubt' && this.workers.isAnybodyFrozen) continue;
      this.busy.add(review.id);
      void this.answer(review).finally(() => this.busy.delete(review.id));
    }
  }

  /** Forks wait for a signal as their source did. */
  private async signalForks(): Promise<void> {
    const { rows } = await this.database.query<{ id: string }>(
      `SELECT r.id FROM orchestration_run r JOIN orchestration_audit_record f ON f.run_id = r.id AND f.type = 'run.forked' WHERE r.status = 'waiting'`,
    );
    for (const { id } of rows.filter((row) => !this.signalled.has(row.id))) {
      this.signalled.add(id);
      const payload = `fork/${++this.signals} \ud83d\0`;
      // Told again with the next look where it did not arrive.
      void (
        this.workers.any()?.ask({ do: 'signal', run: id, payload }) ??
        Promise.reject(new Error('nobody lives'))
      ).catch(() => this.signalled.delete(id));
    }
  }

  private async answer({ id, run_id, kind, proposed }: OpenReview): Promise<void> {
    if (kind === 'in-doubt') {
      // It did happen where the mark is on its way, for as long as the database is away. The next look asks again.
      const order = { do: 'tell pending', run: run_id, key: proposed?.key ?? '' } as const;
      if (!(await this.workers.isAgreed(order, 'false'))) return;
      const { rows } = await this.database.query<{ step: string; iteration: number }>(
        `SELECT step, iteration FROM effect WHERE kind = 'tool' AND run = $1 AND key = $2`,
        [run_id, proposed?.key],
      );
      const [seen] = rows;
      const result = seen?.step === 'refund' ? { refunded: seen.iteration } : { sent: true };
      await (seen ? this.decide(id, 'answer', 'witness', result) : this.decide(id, 'approve', 'witness'));
      return;
    }
    const callers = Math.random() < 0.1 ? 50 : 2;
    await Promise.all(
      Array.from({ length: callers }, (_, index) =>
        // Some want another amount: the first one decides.
        kind === 'call' && index % 2 === 1
          ? this.decide(id, 'edit', `lead ${index}`, { ...proposed, amount: index })
          : this.decide(id, 'approve', `lead ${index}`),
      ),
    );
  }

  private async decide(
    review: string,
    choice: 'approve' | 'edit' | 'answer',
    by: string,
    value?: unknown,
  ): Promise<void> {
    const worker = this.workers.any();
    if (!worker) return;
    // Who has written one answer decides no other review of the run.
    const person = `${by} of ${review}`;
    try {
      await worker.ask({ do: 'decide', review, choice, by: person, value, reason: hostileText });
    } catch {
      // Too late, or the process died: the next look finds it open, if it is.
      return;
    }
    this.decisions++;
    await this.database.query(
      `INSERT INTO told (id, kind, subject, answer) VALUES ($1, 'decide', $2, $3) ON CONFLICT DO NOTHING`,
      [randomUUID(), review, person],
    );
  }
}
