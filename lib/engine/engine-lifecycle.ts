import { setTimeout as pause } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  Optional,
} from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { AccessControl } from '../access/index.js';
import { DatabaseCheck } from '../database/index.js';
import { logSafely } from '../errors/index.js';
import { RunEvents, forwardToEventEmitter } from '../events/index.js';
import { ConcurrencyLimiter, KillSwitches, RateLimiter, SharedBudgets } from '../limits/index.js';
import { WorkerTimes } from '../leases/index.js';
import { TemplateRegistry } from '../models/index.js';
import { ReviewDeadlines } from '../review/index.js';
import { ExpirySweep } from '../context/index.js';
import { Engine } from './engine.js';
import { EventEmitterLocator } from './observe/event-emitter-locator.js';
import { RetentionSweep } from './retention-sweep.js';
import { Timers } from './timers.js';

/** Milliseconds between two of each. */
export const periods = {
  sweep: 1_000,
  killSwitch: 1_000,
  pins: 1_000,
  fold: 100,
  reap: 2_000,
  expiry: 5_000,
  retention: 600_000,
  pruning: 3_600_000,
} as const;

/** Milliseconds that a shutdown waits for what timers have begun. */
const longestStopping = 2_000;

/** Starts the worker with the application, keeps it alive, and lets it end gracefully. */
@Injectable()
export class EngineLifecycle implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private host: Subscription | undefined;

  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(ReviewDeadlines) private readonly reviews: ReviewDeadlines,
    @Inject(RunEvents) private readonly events: RunEvents,
    @Inject(Timers) private readonly timers: Timers,
    @Inject(EventEmitterLocator) private readonly emitters: EventEmitterLocator,
    @Inject(WorkerTimes) private readonly times: WorkerTimes,
    @Inject(AccessControl) private readonly access: AccessControl,
    @Inject(SharedBudgets) private readonly budgets: SharedBudgets,
    @Inject(ConcurrencyLimiter) private readonly concurrency: ConcurrencyLimiter,
    @Inject(KillSwitches) private readonly killSwitches: KillSwitches,
    @Inject(RateLimiter) private readonly rates: RateLimiter,
    @Inject(ExpirySweep) private readonly expiry: ExpirySweep,
    @Inject(TemplateRegistry) private readonly templates: TemplateRegistry,
    @Optional() @Inject(DatabaseCheck) private readonly database?: DatabaseCheck,
    @Optional() @Inject(RetentionSweep) private readonly retention?: RetentionSweep,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.database?.check();
    if (!this.access.knowsPrincipals)
      logSafely(
        'log',
        'The module has no "principal" option: what no principal is named for is done by the application, which may do everything.',
      );
    const emitter = this.emitters.find();
    if (emitter) this.host = forwardToEventEmitter(this.events, emitter);
    await this.killSwitches.refresh();
    await this.templates.refresh();
    await this.engine.worker.start();
    const { retention, timers } = this;
    timers.every('heartbeat', this.times.heartbeat, () => this.engine.worker.heartbeat());
    timers.every('kill switch', periods.killSwitch, () => this.killSwitches.refresh());
    if (this.budgets.budgets.length > 0 || !this.concurrency.isEmpty) {
      timers.every('booking of budgets', periods.fold, () => this.budgets.fold());
      timers.every('booking of what dead workers hold', periods.reap, () => this.budgets.reap());
    }
    timers.every('pins of prompts', periods.pins, () => this.templates.refresh());
    timers.every('expiry', periods.expiry, () => this.reviews.sweep());
    timers.every('pruning of rates', periods.pruning, () => this.rates.prune());
    timers.every('expiry of memories', periods.retention, () => this.expiry.sweep());
    if (retention) timers.every('retention', periods.retention, () => retention.sweep());
    if (!this.engine.drives) return;
    timers.every('sweep', periods.sweep, () => this.engine.worker.sweep());
    await this.engine.worker.sweep();
  }

  /** The database is still up. Never throws: a shutdown hook that does keeps the others from running. */
  async beforeApplicationShutdown(): Promise<void> {
    const stopping = [this.timers.stop(), this.concurrency.stop()];
    await this.engine.drain();
    await this.budgets.fold();
    // What waits for a database that is away is not waited for.
    await Promise.race([Promise.all(stopping), pause(longestStopping, undefined, { ref: false })]);
    this.host?.unsubscribe();
    this.events.close();
  }

  /**
   * What tests do first: their clock takes the timers' place. Real time goes on under it, in which the worker must not
   * die: it is kept alive by `beat`, by a timer that keeps no process from ending.
   */
  stopTimers(beat: () => Promise<void>): void {
    this.timers.stopIntervals();
    this.timers.every('heartbeat', this.times.heartbeat, beat).unref();
  }
}
