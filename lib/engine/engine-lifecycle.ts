import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  Optional,
} from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import type { Subscription } from 'rxjs';
import { RunEvents, tellHost } from '../events/index.js';
import { WorkerTimes } from '../leases/index.js';
import { ReviewService } from '../review/index.js';
import { Engine } from './engine.js';
import { HostEmitterFinder } from './host-emitter.js';
import { RetentionSweep } from './retention-sweep.js';

/** Milliseconds between two of each. */
export const periods = { sweep: 1_000, expiry: 5_000, retention: 600_000 } as const;

/** Starts the worker with the application, keeps it alive, and lets it end in peace. */
@Injectable()
export class EngineLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Nestor');
  private readonly names = new Set<string>();
  private host: Subscription | undefined;

  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(ReviewService) private readonly reviews: ReviewService,
    @Inject(RunEvents) private readonly events: RunEvents,
    @Inject(SchedulerRegistry) private readonly schedule: SchedulerRegistry,
    @Inject(HostEmitterFinder) private readonly emitters: HostEmitterFinder,
    @Inject(WorkerTimes) private readonly times: WorkerTimes,
    @Optional() @Inject(RetentionSweep) private readonly retention?: RetentionSweep,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const emitter = this.emitters.find();
    if (emitter) this.host = tellHost(this.events, emitter);
    await this.engine.worker.start();
    this.every('heartbeat', () => this.engine.worker.heartbeat(), this.times.heartbeat);
    this.every('expiry', () => this.reviews.expireDue(), periods.expiry);
    const { retention } = this;
    if (retention) this.every('retention', () => retention.sweep(), periods.retention);
    if (!this.engine.drives) return;
    this.every('sweep', () => this.engine.worker.sweep(), periods.sweep);
    await this.engine.worker.sweep();
  }

  /** The database is still up. Never throws: a shutdown hook that does keeps the others from running. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopTimers();
    await this.engine.drain();
    this.host?.unsubscribe();
    this.events.close();
  }

  /** What tests do first: their clock takes the timers' place. */
  stopTimers(): void {
    // Nest's scheduler may have been shut down first, and have taken them away.
    for (const name of this.names)
      if (this.schedule.doesExist('interval', name)) this.schedule.deleteInterval(name);
    this.names.clear();
  }

  /** One at a time: a slow database is not asked again before it has answered. */
  private every(name: string, task: () => Promise<unknown>, period: number): void {
    let isBusy = false;
    const timer = setInterval(() => {
      if (isBusy) return;
      isBusy = true;
      void task()
        .catch((error: unknown) => this.logger.warn(`The ${name} failed and comes again: ${String(error)}`))
        .finally(() => (isBusy = false));
    }, period);
    const key = `nestor.${name}`;
    this.schedule.addInterval(key, timer);
    this.names.add(key);
  }
}
