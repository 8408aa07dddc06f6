import { setTimeout as pause } from 'node:timers/promises';
import { type ConnectionOptions, type Job, Worker } from 'bullmq';
import type { Wake } from '../dispatch/index.js';
import type { Reachability } from './reachability.js';
import { queueName, wakeOf } from './wake-job.js';
import { succeedsWithin } from './succeeds-within.js';

/** Milliseconds. */
const times = { lock: 5_000, idle: 1_000, patience: 500, afterError: 1_000 } as const;

export interface IntakePorts {
  /**
   * Resolves when this process has room for another run, and keeps that room for it.
   * @returns what gives the room back
   */
  reserve(): Promise<() => void>;
  take(wake: Wake): void;
}

/**
 * Takes wakes out of Redis, and only when there is room, so that what this process has no room for is left to others.
 *
 * BullMQ ignores a job whose id is still there, also while the one that is there is being worked on. So the job is
 * removed first, and only then is its wake taken: whatever happens to the run later makes a job of its own. The next
 * job is fetched meanwhile. Postgres says who holds a run; a process that dies between the two loses a hint,
 * and the sweep finds the run.
 */
export class WakeIntake {
  private readonly worker: Worker;
  private isClosed = false;
  private fetched = 0;

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
    await succeedsWithin(times.patience, this.worker.close(true));
  }

  private async run(): Promise<void> {
    while (!this.isClosed) {
      const giveBack = await this.ports.reserve();
      try {
        const token = `${this.worker.id}-${(this.fetched += 1)}`;
        const job = this.isClosed ? undefined : await this.worker.getNextJob(token);
        if (!job) giveBack();
        // Never rejects. Replies come in the order of the jobs, and so do the wakes.
        else void this.receive(job, token, giveBack);
      } catch (error) {
        giveBack();
        if (this.isClosed) return;
        this.redis.lost(error);
        await pause(times.afterError, undefined, { ref: false });
      }
    }
  }

  private async receive(job: Job, token: string, giveBack: () => void): Promise<void> {
    const removal = job.moveToCompleted(undefined, token, false);
    const isRemoved = await succeedsWithin(times.patience, removal);
    this.take(job);
    giveBack();
    if (isRemoved) return;
    // Redis is slow, and an equal wake may have been ignored meanwhile: doubled ones do no harm. If the removal fails,
    // the job has been flushed, or is given to somebody once more.
    await removal.then(
      () => this.take(job),
      () => undefined,
    );
  }

  private take(job: Job): void {
    const wake = wakeOf(job.data);
    if (wake && !this.isClosed) this.ports.take(wake);
  }
}
