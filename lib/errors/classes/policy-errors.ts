import { OrchestrationError } from '../orchestration-error.js';

/** The principal may not do this. */
export class AccessDeniedError extends OrchestrationError {
  readonly code = 'ACCESS_DENIED';
}

/** The kill switch is on for what was to begin. */
export class KillSwitchError extends OrchestrationError {
  readonly code = 'KILL_SWITCH';
}

/** Too many in the window. */
export class RateLimitExceededError extends OrchestrationError {
  readonly code = 'RATE_LIMIT_EXCEEDED';
}

/** The next call might cost more than what is left. */
export class BudgetExceededError extends OrchestrationError {
  readonly code = 'BUDGET_EXCEEDED';
}

/** A guardrail blocked the value. */
export class GuardrailBlockedError extends OrchestrationError {
  readonly code = 'GUARDRAIL_BLOCKED';
}
