import { type ConnectionOptions, Queue } from 'bullmq';
import { type Wake, WakeQueue } from '../dispatch/index.js';
import type { Reachability } from './reachability.js';
import { jobOf, queueName } from './wake-job.js';
import { succeedsWithin } from './succeeds-within.js';

/** Wakes of one round trip. */
const batch = 500;

/** Milliseconds after which wakes don't wait for Redis any longer, and a closing process doesn't. */
const patience = { sending: 1_500, closing: 500 } as const;

/** Puts wakes into Redis. What can't be put there goes to `otherwise`. */
export class WakeOutlet {
  private readonly queue: Queue;
  private readonly pending = new WakeQueue();
  private sending: Promise<void> | undefined;
  private isClosed = false;

  constructor(
    connection: ConnectionOptions,
    prefix: string,
    private readonly redis: Reachability,
    private readonly otherwise: (wakes: readonly Wake[]) => void,
  ) {
    this.queue = new Queue(queueName, { connection, prefix });
    this.queue.on('error', (error) => this.redis.lost(error));
  }

  /** Never throws, and waits for nobody. */
  send(wakes: readonly Wake[]): void {
    if (this.isClosed || wakes.length === 0) return;
    // One round trip hangs, or failed a moment ago: `otherwise` is the quicker way.
    if (this.redis.isLost) this.otherwise(wakes);
    else for (const wake of wakes) this.pending.add(wake);
    // `sendAll` never rejects. While Redis is lost the same call finds out when it is back.
    this.sending ??= this.sendAll(wakes).finally(() => (this.sending = undefined));
  }

  /** Lets what is under way arrive, if it does so soon. */
  async close(): Promise<void> {
    this.isClosed = true;
    await succeedsWithin(patience.closing, this.sending ?? Promise.resolve());
    await disconnect(this.queue);
  }

  private async sendAll(first: readonly Wake[]): Promise<void> {
    // Wakes that somebody dispatches in the same turn go along.
    await Promise.resolve();
    if (this.redis.isLost) return await this.probe(first);
    for (let wakes = this.take(); wakes.length > 0; wakes = this.take()) {
      const adding = this.queue.addBulk(wakes.map(jobOf));
      if (await succeedsWithin(patience.sending, adding)) continue;
      this.redis.lost('it did not take a wake in time');
      this.otherwise(wakes);
      this.giveWay();
      // It may hang until Redis is back, and then tells us so.
      return await this.settle(adding);
    }
  }

  /** One wake is tried over Redis, too: doubled wakes do no harm. */
  private async probe(wakes: readonly Wake[]): Promise<void> {
    this.giveWay();
    const trial = wakes.slice(0, 1).map(jobOf);
    await this.settle(this.queue.addBulk(trial));
  }

  private async settle(adding: Promise<unknown>): Promise<void> {
    try {
      await adding;
      this.redis.found();
    } catch (error) {
      this.redis.lost(error);
    }
    this.giveWay();
  }

  private giveWay(): void {
    for (let wakes = this.take(); wakes.length > 0; wakes = this.take()) this.otherwise(wakes);
  }

  private take(): Wake[] {
    const wakes: Wake[] = [];
    while (wakes.length < batch) {
      const wake = this.pending.take();
      if (!wake) break;
      wakes.push(wake);
    }
    return wakes;
  }
}

/** Without waiting for a goodbye that a lost Redis would not say. BullMQ 5 has no such end: there a polite one is tried first. */
async function disconnect(queue: Queue): Promise<void> {
  if ('getBackend' in queue)
    return void (await succeedsWithin(patience.closing, queue.getBackend().close(true)));
  const older: Pick<Queue, 'close' | 'disconnect'> = queue;
  if (await succeedsWithin(patience.closing, older.close())) return;
  await succeedsWithin(patience.closing, older.disconnect());
}
