import type { AccessPolicy, ResolvedPrincipals } from '../access/index.js';
import type { CallCache } from '../cache/index.js';
import type { Clock } from '../clock/index.js';
import type {
  ConcurrencyLimiter,
  KillSwitches,
  OpenReviewLimits,
  RateLimiter,
  SharedBudgets,
} from '../limits/index.js';
import type { Instrumentation } from '../scope/index.js';
import type { GuardrailStages } from './guardrails/index.js';

/** What the gate asks. */
export interface GatePolicies {
  readonly access: AccessPolicy;
  readonly guardrails: GuardrailStages;
  readonly clock: Clock;
  /** Absent where the host has none, or nothing is performed. */
  readonly principals?: ResolvedPrincipals | undefined;
  /** Absent where nothing is performed. */
  readonly killSwitches?: KillSwitches | undefined;
  /** Absent where nothing is performed. */
  readonly rates?: RateLimiter | undefined;
  /** Absent where nothing is performed. */
  readonly concurrency?: ConcurrencyLimiter | undefined;
  /** Budgets that many runs share. Absent where nothing is performed. */
  readonly budgets?: SharedBudgets | undefined;
  /** Absent where nothing is performed. */
  readonly openReviews?: OpenReviewLimits | undefined;
  /** By which reviews are sampled. Absent where all are wanted, or nothing is performed. */
  readonly samplingSecret?: string | undefined;
  /** Absent where nothing is performed. */
  readonly cache?: CallCache | undefined;
  readonly instrumentation?: Instrumentation | undefined;
}
