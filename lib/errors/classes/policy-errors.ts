import { type ErrorOptions, OrchestrationError } from '../orchestration-error.js';

/** The principal may not do this. */
export class AccessDeniedError extends OrchestrationError {
  readonly code = 'ACCESS_DENIED';
}

/** The kill switch is on for what was to begin. */
export class KillSwitchError extends OrchestrationError {
  readonly code = 'KILL_SWITCH';
}

/** A rate limit has no room for it just now. */
export class RateLimitExceededError extends OrchestrationError {
  readonly code = 'RATE_LIMIT_EXCEEDED';
  /** Milliseconds until there is room, if nobody else comes first. @default 0 */
  readonly retryAfter: number;

  constructor(message: string, options: ErrorOptions & { readonly retryAfter?: number } = {}) {
    const { retryAfter = 0, ...others } = options;
    super(message, { ...others, details: { ...others.details, retryAfter } });
    this.retryAfter = retryAfter;
  }
}

/** The next call might cost more than what is left. */
export class BudgetExceededError extends OrchestrationError {
  readonly code = 'BUDGET_EXCEEDED';
}

/** A guardrail blocked the value. */
export class GuardrailBlockedError extends OrchestrationError {
  readonly code = 'GUARDRAIL_BLOCKED';
}
