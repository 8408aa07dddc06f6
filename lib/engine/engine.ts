import type { CallCache } from '../cache/index.js';
import type { AgentHosts } from '../agents/index.js';
import type { Clock } from '../clock/index.js';
import type { WorkflowRegistry } from '../discovery/index.js';
import { type RunDispatcher, slotsOf } from '../dispatch/index.js';
import type { LiveEvents, RunEvents } from '../events/index.js';
import { type PrincipalResolver, ResolvedPrincipals, type RunAccess } from '../access/index.js';
import { AccessCheck, Gate, GuardrailStages } from '../gate/index.js';
import type { BlobStore, Journal } from '../journal/index.js';
import type { Leases, PeerProcesses } from '../leases/index.js';
import type {
  ConcurrencyLimiter,
  KillSwitches,
  OpenReviewLimits,
  RateLimiter,
  SharedBudgets,
} from '../limits/index.js';
import type { AdHocRuns, CurrentPrincipal, Instrumentation } from '../scope/index.js';
import { adHocWorkflow } from './ad-hoc/ad-hoc-workflow.js';
import { InProcessAdHocRuns } from './ad-hoc/in-process-ad-hoc-runs.js';
import { Admission } from './start/admission.js';
import { Attempts } from './attempt/attempts.js';
import { BodyReplay } from './history/body-replay.js';
import { Definitions } from './worker/definitions.js';
import { EditedInputCheck } from './start/edited-input-check.js';
import { InputGuardrails, InputSchemaCheck } from './start/input-checks.js';
import { Lease } from './worker/lease.js';
import { WorkflowInstances } from './attempt/workflow-instances.js';
import { RunPrincipals } from './drive/run-principals.js';
import { RunSurroundings } from './drive/run-surroundings.js';
import { RunForks } from './history/run-forks.js';
import { RunHandles } from './api/run-handles.js';
import { LocalSettlements } from './observe/local-settlements.js';
import { RunReplay } from './history/run-replay.js';
import { RunRetry } from './history/run-retry.js';
import { RunLauncher } from './start/run-launcher.js';
import { StepRunner } from './attempt/step-runner.js';
import { BudgetedSubWorkflowStarter } from './start/budgeted-sub-workflow-starter.js';
import { Worker } from './worker/worker.js';

/** What the engine depends on. */
export interface EnginePorts {
  readonly registry: WorkflowRegistry;
  readonly agents: AgentHosts;
  readonly journal: Journal;
  readonly blobs: BlobStore;
  readonly leases: Leases;
  readonly peers: PeerProcesses;
  readonly dispatcher: RunDispatcher;
  readonly clock: Clock;
  readonly access: RunAccess;
  /** Knows principals as they are today. */
  readonly resolver?: PrincipalResolver | undefined;
  readonly principal: CurrentPrincipal;
  readonly events: RunEvents;
  readonly live: LiveEvents;
  readonly killSwitches: KillSwitches;
  readonly budgets: SharedBudgets;
  readonly rates: RateLimiter;
  readonly openReviews: OpenReviewLimits;
  readonly cache: CallCache;
  readonly concurrency: ConcurrencyLimiter;
  readonly instrumentation?: Instrumentation | undefined;
  /** By which reviews are sampled. */
  readonly samplingSecret?: string | undefined;
}

export interface EngineOptions {
  /** Whether this process drives runs. */
  readonly drives: boolean;
  readonly concurrency: number;
  readonly payloadLimit: number;
  /** Milliseconds after which others take a silent worker for dead. */
  readonly heartbeatTimeout: number;
  /** How long a shutdown waits for what is in flight, in milliseconds. */
  readonly drainTimeout: number;
}

/** The engine of one process. Its parts are put together here and nowhere else. */
export class Engine {
  readonly admission: Admission;
  readonly worker: Worker;
  readonly handles: RunHandles;
  readonly starts: RunLauncher;
  readonly adHocRuns: AdHocRuns;

  constructor(
    ports: EnginePorts,
    private readonly options: EngineOptions,
  ) {
    const { payloadLimit } = options;
    const { registry, journal, dispatcher, clock, access, events, peers, instrumentation, killSwitches } =
      ports;
    const published = (runId: string, records: Parameters<RunEvents['publish']>[0]) => {
      events.publish(records);
      if (records.some(({ type }) => type.startsWith('run.'))) peers.notify('status', [runId]);
    };
    const guardrails = new GuardrailStages(() => registry.guardrails(), clock);
    const slots = slotsOf(dispatcher);
    const { policy } = access.control;
    const principals = ports.resolver && new ResolvedPrincipals(ports.resolver, () => clock.now());
    const policies = { access: policy, guardrails, clock, instrumentation };
    const gate = new Gate({
      ...policies,
      killSwitches,
      budgets: ports.budgets,
      rates: ports.rates,
      principals,
      samplingSecret: ports.samplingSecret,
      openReviews: ports.openReviews,
      cache: ports.cache,
      concurrency: ports.concurrency,
    });
    const definitions = new Definitions({ list: () => [...registry.list(), adHocWorkflow] });
    const lease = new Lease(clock, options.heartbeatTimeout);
    const inputChecks = [new InputSchemaCheck(payloadLimit), new InputGuardrails(guardrails, payloadLimit)];
    this.admission = new Admission({ caller: [new AccessCheck(policy)], input: inputChecks }, clock);
    const settlements = new LocalSettlements();
    const children = new BudgetedSubWorkflowStarter(registry, this.admission, journal, () => this.starts);
    const instances = new WorkflowInstances(registry, ports.agents);
    const runner = new StepRunner(gate, instances, children);
    const attempts = new Attempts(gate, runner, events, instrumentation);
    this.worker = new Worker(
      {
        ...ports,
        waited: [ports.openReviews, ports.concurrency],
        definitions,
        attempts,
        editedInput: new EditedInputCheck(inputChecks),
        surroundings: new RunSurroundings(
          killSwitches,
          ports.budgets,
          ports.openReviews,
          ports.concurrency,
          new RunPrincipals(principals),
          () => ports.leases.workerId,
        ),
        payloadLimit,
        lease,
        slots,
        settlements,
        published,
      },
      {
        drives: options.drives,
        concurrency: options.concurrency,
        sweepLimit: options.concurrency * 2,
        recoveryLimit: 10,
      },
    );
    killSwitches.listen(() => this.worker.nudgeAll());
    ports.concurrency.listen(() => this.worker.refill());
    peers.listen(({ kind }) => {
      if (kind === 'limits' || kind === 'missed') void killSwitches.changed();
    });
    this.starts = new RunLauncher({ journal, dispatcher, slots, worker: this.worker });
    const { admission } = this;
    const now = () => lease.now();
    const bodies = new BodyReplay({ policies, instances, payloadLimit, now });
    const retries = new RunRetry({ ...ports, definitions, now });
    const replays = new RunReplay({ journal, definitions, bodies });
    const forks = new RunForks({
      journal,
      blobs: ports.blobs,
      admission,
      definitions,
      guardrails,
      payloadLimit,
      now,
    });
    this.handles = new RunHandles({
      ...ports,
      payloadLimit,
      definitions,
      settlements,
      retries,
      replays,
      forks,
    });
    this.adHocRuns = new InProcessAdHocRuns({
      ...ports,
      payloadLimit,
      lease,
      settlements,
      attempts,
      published: (_, records) => events.publish(records),
    });
  }

  /** Whether this process drives runs. */
  get drives(): boolean {
    return this.options.drives;
  }

  /** Lets what is in flight end, within the time that a shutdown has, and gives everything back. Never rejects. */
  async drain(): Promise<void> {
    await this.worker.drain(this.options.drainTimeout);
  }
}
