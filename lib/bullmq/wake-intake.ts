import { setTimeout as pause } from 'node:timers/promises';
import { type ConnectionOptions, type Job, Worker } from 'bullmq';
import type { Wake } from '../dispatch/index.js';
import type { Reachability } from './reachability.js';
import { queueName, wakeOf } from './wake-job.js';
import { within } from './within.js';

/** Milliseconds. */
const times = { lock: 5_000, idle: 1_000, patience: 500, afterError: 1_000 } as const;

export interface IntakePorts {
  /** Resolves when this process has room for another run. */
  room(): Promise<void>;
  take(wake: Wake): void;
}

/**
 * Takes wakes out of Redis, one at a time and only when there is room, so that what this process has no room for is
 * left to others. A job is done as soon as its wake is taken: who holds a run is for Postgres to say, and a lock beside
 * it, or a job that outlives a killed process, would only keep later wakes of the run away.
 */
export class WakeIntake {
  private readonly worker: Worker;
  private isClosed = false;
  private taken = 0;

  constructor(
    connection: ConnectionOptions,
    prefix: string,
    private readonly redis: Reachability,
    private readonly ports: IntakePorts,
  ) {
    // Without a function: jobs are fetched by hand.
    this.worker = new Worker(queueName, null, {
      connection,
      prefix,
      lockDuration: times.lock,
      stalledInterval: times.lock,
      drainDelay: times.idle / 1_000,
    });
    this.worker.on('error', (error) => this.redis.lost(error));
  }

  start(): void {
    // Both never reject.
    void this.worker.startStalledCheckTimer().catch((error: unknown) => this.redis.lost(error));
    void this.run();
  }

  /** Takes no further wakes. BullMQ's own end may hang, and is not waited for. */
  async close(): Promise<void> {
    this.isClosed = true;
    await within(times.patience, this.worker.close(true));
  }

  private async run(): Promise<void> {
    while (!this.isClosed) {
      await this.ports.room();
      if (this.isClosed) return;
      try {
        await this.next();
      } catch (error) {
        if (this.isClosed) return;
        this.redis.lost(error);
        await pause(times.afterError, undefined, { ref: false });
      }
    }
  }

  private async next(): Promise<void> {
    const token = `${this.worker.id}-${(this.taken += 1)}`;
    const job: Job | undefined = await this.worker.getNextJob(token);
    if (!job) return;
    const wake = wakeOf(job.data);
    if (wake && !this.isClosed) this.ports.take(wake);
    // If it fails, the job is given to somebody once more, or has been flushed: neither does harm.
    void job.moveToCompleted(undefined, token, false).catch(() => undefined);
  }
}
