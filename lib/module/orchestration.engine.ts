import { AgentHosts } from '../agents/index.js';
import type { Provider } from '@nestjs/common';
import { Retention } from '../audit/index.js';
import { CallCache } from '../cache/index.js';
import { Clock, milliseconds } from '../clock/index.js';
import { WorkflowRegistry } from '../discovery/index.js';
import { RunDispatcher, InProcessDispatcher } from '../dispatch/index.js';
import {
  Admission,
  BudgetService,
  CronTriggers,
  Engine,
  EngineLifecycle,
  EventEmitterLocator,
  EventTriggers,
  Orchestrator,
  RetentionSweep,
  RunHandles,
  RunLauncher,
  Timers,
} from '../engine/index.js';
import { InProcessLiveEvents, LiveEvents, RunEvents, SharedLiveEvents } from '../events/index.js';
import { AccessControl, AccessPolicy, RunAccess } from '../access/index.js';
import { BlobStore, Journal } from '../journal/index.js';
import {
  Leases,
  PeerProcesses,
  WorkerTimes,
  RemoteDispatcher,
  BroadcastingDispatcher,
} from '../leases/index.js';
import {
  ConcurrencyLimiter,
  KillSwitches,
  OpenReviewLimits,
  RateLimiter,
  SharedBudgets,
} from '../limits/index.js';
import { limitProviders } from './orchestration.limits.js';
import { AdHocRuns, CurrentPrincipal, Instrumentation } from '../scope/index.js';
import { PayloadLimit } from '../values/index.js';
import {
  CHECKED_OPTIONS,
  defaultConcurrency,
  defaultDrainTimeout,
  type OrchestrationOptions,
} from './orchestration.options.js';

/** The engine, what it depends on, and what of it is injected elsewhere. */
export const engineProviders: Provider[] = [
  ...limitProviders,
  CurrentPrincipal,
  {
    provide: AccessControl,
    useFactory: (policy: AccessPolicy, current: CurrentPrincipal, options: OrchestrationOptions) =>
      new AccessControl(policy, current, {
        knowsPrincipals: options.principal !== undefined,
        tenancy: options.tenancy ?? 'optional',
      }),
    inject: [AccessPolicy, CurrentPrincipal, CHECKED_OPTIONS],
  },
  {
    provide: RunAccess,
    useFactory: (control: AccessControl, journal: Journal, registry: WorkflowRegistry) =>
      new RunAccess(control, journal, registry),
    inject: [AccessControl, Journal, WorkflowRegistry],
  },
  RunEvents,
  {
    provide: LiveEvents,
    useFactory: (clock: Clock, dispatcher: RunDispatcher) => {
      const local = new InProcessLiveEvents(() => clock.now());
      const channel = dispatcher.liveChannel?.();
      return channel ? new SharedLiveEvents(local, channel, clock) : local;
    },
    inject: [Clock, RunDispatcher],
  },
  {
    provide: RunDispatcher,
    useFactory: chooseDispatcher,
    inject: [CHECKED_OPTIONS, Clock, PeerProcesses],
  },
  {
    provide: Engine,
    useFactory: (
      options: OrchestrationOptions,
      registry: WorkflowRegistry,
      agents: AgentHosts,
      journal: Journal,
      blobs: BlobStore,
      leases: Leases,
      peers: PeerProcesses,
      dispatcher: RunDispatcher,
      clock: Clock,
      access: RunAccess,
      principal: CurrentPrincipal,
      events: RunEvents,
      live: LiveEvents,
      times: WorkerTimes,
      limit: PayloadLimit,
      instrumentation: Instrumentation | undefined,
      killSwitches: KillSwitches,
      budgets: SharedBudgets,
      rates: RateLimiter,
      openReviews: OpenReviewLimits,
      cache: CallCache,
      concurrency: ConcurrencyLimiter,
    ) =>
      new Engine(
        {
          registry,
          agents,
          journal,
          blobs,
          leases,
          peers,
          dispatcher,
          clock,
          access,
          resolver: options.principals,
          principal,
          events,
          live,
          killSwitches,
          budgets,
          rates,
          openReviews,
          cache,
          concurrency,
          instrumentation,
          samplingSecret: options.reviews?.samplingSecret,
        },
        {
          drives: options.role !== 'start',
          concurrency: options.concurrency ?? defaultConcurrency,
          payloadLimit: limit.bytes,
          heartbeatTimeout: times.timeout,
          drainTimeout: milliseconds(options.drainTimeout ?? defaultDrainTimeout),
        },
      ),
    inject: [
      CHECKED_OPTIONS,
      WorkflowRegistry,
      AgentHosts,
      Journal,
      BlobStore,
      Leases,
      PeerProcesses,
      RunDispatcher,
      Clock,
      RunAccess,
      CurrentPrincipal,
      RunEvents,
      LiveEvents,
      WorkerTimes,
      PayloadLimit,
      Instrumentation,
      KillSwitches,
      SharedBudgets,
      RateLimiter,
      OpenReviewLimits,
      CallCache,
      ConcurrencyLimiter,
    ],
  },
  { provide: Admission, useFactory: ({ admission }: Engine) => admission, inject: [Engine] },
  { provide: RunLauncher, useFactory: ({ starts }: Engine) => starts, inject: [Engine] },
  { provide: RunHandles, useFactory: ({ handles }: Engine) => handles, inject: [Engine] },
  { provide: AdHocRuns, useFactory: ({ adHocRuns }: Engine) => adHocRuns, inject: [Engine] },
  {
    provide: RetentionSweep,
    useFactory: ({ audit }: OrchestrationOptions, retention: Retention, cache: CallCache, clock: Clock) =>
      audit?.retention === undefined
        ? undefined
        : new RetentionSweep(retention, cache, clock, milliseconds(audit.retention)),
    inject: [CHECKED_OPTIONS, Retention, CallCache, Clock],
  },
  Orchestrator,
  BudgetService,
  EventEmitterLocator,
  Timers,
  EngineLifecycle,
  EventTriggers,
  CronTriggers,
];

/** The dispatcher that the options ask for; else one in this process. */
function chooseDispatcher(
  { role, dispatcher }: Pick<OrchestrationOptions, 'role' | 'dispatcher'>,
  clock: Clock,
  peers: PeerProcesses,
): RunDispatcher {
  const handsOver = role === 'start';
  const usual = handsOver ? new RemoteDispatcher(peers) : new InProcessDispatcher(clock);
  if (dispatcher === undefined) return handsOver ? usual : new BroadcastingDispatcher(usual, peers);
  return new BroadcastingDispatcher(
    dispatcher instanceof RunDispatcher ? dispatcher : dispatcher(usual),
    peers,
  );
}
