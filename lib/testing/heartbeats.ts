import { SerialQueue } from '../values/index.js';

/** Heartbeats, one after the other: one that is overtaken would tell the time of before the clock was moved. */
export class Heartbeats {
  private readonly queue = new SerialQueue();
  /** Those on their way, or waiting for their turn. */
  private count = 0;

  /** @param heartbeat never rejects */
  constructor(private readonly heartbeat: () => Promise<void>) {}

  /** Behind those that are on their way. */
  next(): Promise<void> {
    this.count += 1;
    return this.queue.run(() => this.heartbeat().finally(() => void (this.count -= 1)));
  }

  /** One that waits for a database which is away sleeps on the test's clock: it must not wait for the next one. */
  async unlessBeating(): Promise<void> {
    if (this.count === 0) await this.next();
  }

  /** Until none is on its way. */
  idle(): Promise<void> {
    return this.queue.idle();
  }
}
