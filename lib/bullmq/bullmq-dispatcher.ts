import { RunDispatcher, type Wake } from '../dispatch/index.js';
import type { BullmqDispatcherOptions } from './bullmq-dispatcher.options.js';
import { Reachability } from './reachability.js';
import { RedisLiveChannel } from './redis-live-channel.js';
import { WakeIntake } from './wake-intake.js';
import { WakeOutlet } from './wake-outlet.js';

export const defaultPrefix = 'nestor';

/**
 * Brings wakes to the workers of all processes, by BullMQ on Redis. Nothing but wakes is there. While Redis is out of
 * reach they go the `usual` way, and so does, in any case, what this process has taken from Redis.
 */
export class BullmqDispatcher extends RunDispatcher {
  private readonly redis = new Reachability();
  private readonly outlet: WakeOutlet;
  private intake: WakeIntake | undefined;
  private live: RedisLiveChannel | undefined;
  private readonly active = new Set<string>();
  private concurrency = 0;
  /** Places kept for runs whose wakes are on their way from Redis. */
  private reserved = 0;
  private makeRoom: (() => void) | undefined;
  private isClosed = false;

  constructor(
    private readonly options: BullmqDispatcherOptions,
    private readonly usual: RunDispatcher,
  ) {
    super();
    this.outlet = new WakeOutlet(options.connection, this.prefix, this.redis, (wakes) =>
      this.usual.dispatch(wakes),
    );
  }

  override liveChannel(): RedisLiveChannel {
    return (this.live ??= new RedisLiveChannel(this.options.connection, this.prefix, this.redis));
  }

  dispatch(wakes: readonly Wake[]): void {
    if (this.isClosed) return;
    // The driver of the run is in this process.
    const here = wakes.filter(({ runId }) => this.active.has(runId));
    if (here.length > 0) this.usual.dispatch(here);
    this.outlet.send(here.length > 0 ? wakes.filter(({ runId }) => !this.active.has(runId)) : wakes);
  }

  async listen(
    handler: (wake: Wake) => Promise<void>,
    concurrency: number,
    nudge?: (wake: Wake) => boolean,
  ): Promise<void> {
    this.concurrency = concurrency;
    await this.usual.listen((wake) => this.handle(wake, handler), concurrency, nudge);
    this.intake = new WakeIntake(this.options.connection, this.prefix, this.redis, {
      reserve: () => this.reserveRoom(),
      take: (wake) => this.usual.dispatch([wake]),
    });
    this.intake.start();
  }

  async close(timeoutMs: number): Promise<void> {
    this.isClosed = true;
    const intake = this.intake?.close();
    this.makeRoom?.();
    await Promise.all([intake, this.outlet.close(), this.live?.close(), this.usual.close(timeoutMs)]);
  }

  private get prefix(): string {
    return this.options.prefix ?? defaultPrefix;
  }

  private async handle(wake: Wake, handler: (wake: Wake) => Promise<void>): Promise<void> {
    this.active.add(wake.runId);
    try {
      await handler(wake);
    } finally {
      this.active.delete(wake.runId);
      this.makeRoom?.();
    }
  }

  private async reserveRoom(): Promise<() => void> {
    while (this.active.size + this.reserved >= this.concurrency && !this.isClosed) {
      await new Promise<void>((resolve) => (this.makeRoom = resolve));
    }
    this.makeRoom = undefined;
    this.reserved += 1;
    return () => {
      this.reserved -= 1;
      this.makeRoom?.();
    };
  }
}
