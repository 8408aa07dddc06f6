import { ExpirySweep } from '../context/index.js';
import type { TestingModule } from '@nestjs/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { Clock, type Duration, milliseconds, ReplaceableClock } from '../clock/index.js';
import { AccessControl } from '../access/index.js';
import { AuditService } from '../audit/index.js';
import type { InputOf, OutputOf, WorkflowClass } from '../decorators/index.js';
import {
  Engine,
  EngineLifecycle,
  Orchestrator,
  RetentionSweep,
  type RunHandle,
  type RunResult,
  type StartOptions,
} from '../engine/index.js';
import { FailPoints, Journal, MemoryStore, ReplaceableFailPoints } from '../journal/index.js';
import { defaultHeartbeatTimeout } from '../leases/index.js';
import { ModelCatalog } from '../models/index.js';
import { ReviewDeadlines, ReviewService } from '../review/index.js';
import { CurrentPrincipal } from '../scope/index.js';
import type { Cassette } from './cassette.js';
import { type CrashOptions, type CrashPoint, HarnessFailPoints } from './harness-fail-points.js';
import { HarnessCaller } from './harness-caller.js';
import { Heartbeats } from './heartbeats.js';
import { HarnessReviews } from './harness-reviews.js';
import { ScriptedModel } from './scripted-model.js';
import { TestClock } from './test-clock.js';

/** Real milliseconds without any movement after which everything in flight is taken to wait for the test itself. */
const quiet = 100;

/** As often as the timer would, in milliseconds. */
const beatEvery = 3_000;

export interface HarnessOptions {
  /**
   * Who answers requests to models: `t.models`, the providers that the application has configured, or a cassette with what they
   * have answered once. @default 'scripted'
   */
  readonly models?: 'scripted' | 'configured' | Cassette | undefined;
}

/** What a test puts in the place of time, models and accidents. */
interface TestDoubles {
  readonly models: ScriptedModel;
  readonly time: TestClock;
  readonly crashes: HarnessFailPoints;
}

/**
 * A compiled testing module with a clock, models and crashes in the test's hands.
 *
 * @example
 * ```ts
 * const t = await OrchestrationHarness.from(moduleRef);
 * t.models.on('triage').reply({ topic: 'billing', urgency: 'high' });
 * const run = await t.run(SupportTicketWorkflow, ticket);
 * await t.clock.advance('2d');
 * ```
 */
export class OrchestrationHarness extends HarnessReviews {
  /** Answers every request to a model, whatever the application has configured. */
  readonly models: ScriptedModel;
  private readonly time: TestClock;
  private readonly crashes: HarnessFailPoints;
  private beatAt: number;
  private readonly heartbeats = new Heartbeats(() => this.engine.worker.heartbeat());
  /** `advance` moves the clock and does what is due by then: timers, expiries, sweeps. */
  readonly clock = { now: () => this.time.now(), advance: (duration: Duration) => this.advance(duration) };

  private constructor(
    readonly module: TestingModule,
    private readonly engine: Engine,
    private readonly journal: Pick<Journal, 'read'>,
    readonly orchestrator: Orchestrator,
    reviews: ReviewService,
    readonly audit: AuditService,
    private readonly sweepOthers: () => Promise<void>,
    private readonly options: HarnessOptions,
    { models, time, crashes }: TestDoubles,
    caller: HarnessCaller,
  ) {
    super(reviews, (runId) => this.result(runId), caller);
    this.models = models;
    this.time = time;
    this.crashes = crashes;
    this.beatAt = time.now();
  }

  /** Puts test doubles for time, models and faults into a compiled module, and initialises it if it isn't yet. */
  static from(module: TestingModule, options: HarnessOptions = {}): Promise<OrchestrationHarness> {
    const doubles = {
      models: new ScriptedModel(),
      time: new TestClock(),
      crashes: new HarnessFailPoints(),
    };
    return OrchestrationHarness.around(module, options, doubles);
  }

  private static async around(
    module: TestingModule,
    options: HarnessOptions,
    doubles: TestDoubles,
  ): Promise<OrchestrationHarness> {
    const get = <T>(type: abstract new (...args: never[]) => T) =>
      module.get<T>(type as never, { strict: false });
    const harness = new OrchestrationHarness(
      module,
      get(Engine),
      get(Journal),
      get(Orchestrator),
      get(ReviewService),
      get(AuditService),
      async () => {
        await get(ReviewDeadlines).sweep();
        await get(ExpirySweep).sweep();
        await module.get<RetentionSweep | undefined>(RetentionSweep, { strict: false })?.sweep();
      },
      options,
      doubles,
      new HarnessCaller(get(CurrentPrincipal), get(AccessControl)),
    );
    const [clock, faults] = [get<Clock>(Clock), get<FailPoints>(FailPoints)];
    if (!(clock instanceof ReplaceableClock && faults instanceof ReplaceableFailPoints)) {
      throw new Error(
        'OrchestrationHarness needs the Clock and FailPoints of OrchestrationModule: do not override these providers',
      );
    }
    clock.replace(harness.time);
    harness.time.keepAlive = () => harness.heartbeats.unlessBeating();
    faults.replace(harness.crashes);
    const { models = 'scripted' } = options;
    if (models === 'scripted') get(ModelCatalog).answerWith(harness.models);
    else if (models !== 'configured') get(ModelCatalog).wrapWith((provider) => models.around(provider));
    await module.init();
    get(EngineLifecycle).stopTimers(() => harness.stayAlive());
    return harness;
  }

  async start<W extends WorkflowClass>(
    workflow: W,
    input: InputOf<W>,
    options?: StartOptions,
  ): Promise<RunHandle<OutputOf<W>>> {
    await this.stayAlive();
    return this.acting(() => this.orchestrator.start(workflow, input, options));
  }

  /** Until the run has ended or waits. */
  async run<W extends WorkflowClass>(
    workflow: W,
    input: InputOf<W>,
    options?: StartOptions,
  ): Promise<RunResult<OutputOf<W>>> {
    await this.stayAlive();
    return this.acting(() => this.orchestrator.run(workflow, input, options));
  }

  /** Where a run has got to: waits until it has ended or waits for somebody. */
  result(runId: string): Promise<RunResult> {
    return this.asSystem(() => this.orchestrator.handle(runId).idle());
  }

  /** The types of a run's records, with the step where there is one: `'step.completed draft'`. */
  async history(runId: string): Promise<string[]> {
    const records = await this.journal.read(runId);
    return records.map(({ type, step }) => (step === undefined ? type : `${type} ${step}`));
  }

  /** Lets this process die, as far as the journal can tell, when it next passes that point. Resolves when it has. */
  crashAt(point: CrashPoint, options?: CrashOptions): Promise<void> {
    return this.crashes.arm(point, options);
  }

  /** A new process comes up after a crash and takes over what the old one held. */
  async recover(): Promise<void> {
    await this.engine.worker.registerAgain();
    // What the old process still drives would hear the wake, and do nothing about it.
    await this.settled();
    await this.sweep();
  }

  /**
   * A deploy: this process ends, and one with other classes goes on with the same journal. Clock, models and crashes stay those
   * of the test.
   * @param module compiled, with the same persistence; where that is a database, with the same one
   * @returns the harness of the new process; this one is over
   */
  async redeploy(module: TestingModule): Promise<OrchestrationHarness> {
    const store = memoryStoreOf(this.module);
    await this.close();
    if (store) memoryStoreOf(module)?.takeOver(store);
    const { models, time, crashes } = this;
    return OrchestrationHarness.around(module, this.options, { models, time, crashes });
  }

  async close(): Promise<void> {
    await this.module.close();
  }

  /** Real time goes on under the test's: a long test must not lose its worker for that. */
  protected async stayAlive(): Promise<void> {
    if (this.time.now() - this.beatAt < beatEvery) return;
    this.beatAt = this.time.now();
    await this.heartbeats.unlessBeating();
  }

  /** What is in flight keeps its lease: it moves in strides shorter than a worker's life. */
  private async advance(duration: Duration): Promise<void> {
    // A wake that was sent just now may be on its way to a claim.
    await this.settled();
    const end = this.time.now() + milliseconds(duration);
    for (let rest = end - this.time.now(); rest > 0; rest = end - this.time.now()) {
      const isIdle = this.engine.worker.active === 0;
      this.time.move(isIdle ? rest : Math.min(rest, defaultHeartbeatTimeout / 3));
      if (isIdle) await this.heartbeats.idle().then(() => this.engine.worker.registerAgain());
      else await this.heartbeats.next();
    }
    await this.sweepOthers();
    await this.sweep();
  }

  private async sweep(): Promise<void> {
    const found = await this.engine.worker.sweep();
    // What was found has to be claimed first, which takes its time on a busy database.
    await this.settled(found > 0 ? 50 : 10);
  }

  /** Until no run is driven, or those that are make no move. */
  private async settled(least = 10): Promise<void> {
    for (let still = 0; still < quiet; still += 5) {
      await pause(5);
      if (this.engine.worker.active === 0 && still >= least) return;
    }
  }
}

/** Undefined where runs are kept in a database. */
function memoryStoreOf(module: TestingModule): MemoryStore | undefined {
  try {
    return module.get(MemoryStore, { strict: false });
  } catch {
    return undefined;
  }
}
