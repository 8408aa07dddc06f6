import { Injectable } from '@nestjs/common';
import { errorText, logSafely } from '../errors/index.js';
import { CronJob } from 'cron';

/** When a cron schedule is due. */
export interface Schedule {
  /** Five or six fields, as `cron` reads them. */
  readonly cron: string;
  /** IANA name. @default the server's */
  readonly timeZone?: string | undefined;
}

/**
 * The timers of this process. They are the module's own: Nest's scheduler belongs to the host, and a second one would
 * call each of the host's jobs once more.
 */
@Injectable()
export class Timers {
  private readonly intervals = new Map<string, NodeJS.Timeout>();
  private readonly jobs = new Set<CronJob>();
  /** Tasks that are being done. */
  private readonly running = new Set<Promise<void>>();

  /** Calls a task again and again, one at a time: a slow database is not asked again before it has answered. */
  every(name: string, period: number, task: () => Promise<unknown>): NodeJS.Timeout {
    let isBusy = false;
    const call = () => {
      if (isBusy) return;
      isBusy = true;
      const done = task()
        .catch((error: unknown) =>
          logSafely('warn', `The ${name} failed and comes again: ${errorText(error)}`),
        )
        .then(() => {
          isBusy = false;
          this.running.delete(done);
        });
      this.running.add(done);
    };
    const interval = setInterval(call, period);
    this.intervals.set(name, interval);
    return interval;
  }

  /**
   * Calls a task at each time of a schedule.
   * @param task is given the time that was planned, not the one at which the timer fires: all processes agree on it
   */
  at({ cron, timeZone }: Schedule, task: (due: number) => void): void {
    let due: number;
    const onTick = () => {
      const time = due;
      due = job.nextDate().toMillis();
      task(time);
    };
    const job = new CronJob(cron, onTick, null, false, timeZone ?? null);
    due = job.nextDate().toMillis();
    job.start();
    this.jobs.add(job);
  }

  /** What repeats at a fixed distance, or one of it by its name. In tests their clock does it instead. */
  stopIntervals(only?: string): void {
    for (const [name, interval] of this.intervals) {
      if (only !== undefined && name !== only) continue;
      clearInterval(interval);
      this.intervals.delete(name);
    }
  }

  /** Everything. Resolves once what is being done has ended: the database may go then. Never rejects. */
  async stop(): Promise<void> {
    this.stopIntervals();
    for (const job of this.jobs) void job.stop();
    this.jobs.clear();
    await Promise.all(this.running);
  }
}
