import type { Provider } from '@nestjs/common';
import { AccessControl } from '../access/index.js';
import { Clock } from '../clock/index.js';
import { WorkflowRegistry } from '../discovery/index.js';
import { Leases, PeerProcesses } from '../leases/index.js';
import {
  BudgetLedger,
  ConcurrencyLimiter,
  declaredRates,
  KillSwitches,
  KillSwitchService,
  KillSwitchStore,
  OpenReviewCounts,
  OpenReviewLimits,
  RateBuckets,
  RateLimiter,
  SharedBudgets,
  WaitingRuns,
} from '../limits/index.js';
import { CHECKED_OPTIONS, type OrchestrationOptions } from './orchestration.options.js';

/** What limits runs and calls: budgets, rates, calls in flight, open reviews, the kill switch. */
export const limitProviders: Provider[] = [
  {
    provide: KillSwitches,
    useFactory: (store: KillSwitchStore) => new KillSwitches(store),
    inject: [KillSwitchStore],
  },
  {
    provide: SharedBudgets,
    useFactory: ({ budgets = [] }: OrchestrationOptions, ledger: BudgetLedger, leases: Leases) =>
      new SharedBudgets(budgets, ledger, () => leases.workerId),
    inject: [CHECKED_OPTIONS, BudgetLedger, Leases],
  },
  {
    provide: RateLimiter,
    useFactory: (
      { rateLimits = [] }: OrchestrationOptions,
      buckets: RateBuckets,
      clock: Clock,
      registry: WorkflowRegistry,
    ) =>
      new RateLimiter(rateLimits, buckets, clock, () =>
        declaredRates({
          workflows: registry.list(),
          tools: registry.tools().map(({ definition }) => definition),
        }),
      ),
    inject: [CHECKED_OPTIONS, RateBuckets, Clock, WorkflowRegistry],
  },
  {
    provide: OpenReviewLimits,
    useFactory: (
      { reviews }: OrchestrationOptions,
      counts: OpenReviewCounts,
      waiting: WaitingRuns,
      clock: Clock,
    ) => new OpenReviewLimits(reviews?.maxOpen ?? {}, counts, waiting, clock),
    inject: [CHECKED_OPTIONS, OpenReviewCounts, WaitingRuns, Clock],
  },
  {
    provide: ConcurrencyLimiter,
    useFactory: (
      { concurrencyLimits = [] }: OrchestrationOptions,
      ledger: BudgetLedger,
      waiting: WaitingRuns,
      leases: Leases,
      clock: Clock,
    ) =>
      new ConcurrencyLimiter(concurrencyLimits, { ledger, waiting, clock, workerId: () => leases.workerId }),
    inject: [CHECKED_OPTIONS, BudgetLedger, WaitingRuns, Leases, Clock],
  },
  {
    provide: KillSwitchService,
    useFactory: (
      store: KillSwitchStore,
      switches: KillSwitches,
      access: AccessControl,
      clock: Clock,
      peers: PeerProcesses,
    ) => new KillSwitchService(store, switches, access, clock, () => peers.notifyOfLimits()),
    inject: [KillSwitchStore, KillSwitches, AccessControl, Clock, PeerProcesses],
  },
];
