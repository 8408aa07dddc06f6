import { isAskedWait } from '../../clock/index.js';
import { outcomeOfStatus } from '../http-status.js';
import { OrchestrationError, type ErrorOptions } from '../orchestration-error.js';

/** Every model of the alias failed; `details.failures` lists each. */
export class AllModelsFailedError extends OrchestrationError {
  readonly code = 'ALL_MODELS_FAILED';
}

/** A model's answer was cut off, filtered or refused, also when the model was told; nothing of it was acted upon. */
export class IncompleteAnswerError extends OrchestrationError {
  readonly code = 'INCOMPLETE_ANSWER';
}

/** Required parts of a context are longer than its limit, or there is nothing of one. */
export class ContextOverflowError extends OrchestrationError {
  readonly code = 'CONTEXT_OVERFLOW';
}

/**
 * What a provider has done of a request that failed. `not-sent`: it never got it. `refused`: it got it and did nothing.
 * `unknown`: it may have done, and billed, all of it.
 */
export type ModelCallOutcome = 'not-sent' | 'refused' | 'unknown';

/** Why a provider call failed. */
export interface ModelCallFailure {
  /** HTTP status; absent where no answer came. */
  readonly status?: number | undefined;
  /** Milliseconds that the provider asks to wait. Ignored unless it is from 0 to a year. */
  readonly retryAfter?: number | undefined;
  /** Whether another attempt may help. */
  readonly transient: boolean;
  /** `context-length`: the request is longer than the window of the model. */
  readonly reason?: 'context-length' | undefined;
  /** @default what the status says: `unknown` without one */
  readonly outcome?: ModelCallOutcome | undefined;
}

/** One provider call failed. */
export class ModelCallError extends OrchestrationError {
  readonly code = 'MODEL_CALL_FAILED';
  readonly failure: ModelCallFailure & { readonly outcome: ModelCallOutcome };

  constructor(message: string, failure: ModelCallFailure, options: ErrorOptions = {}) {
    const { retryAfter, ...others } = failure;
    const facts = {
      ...others,
      ...(isAskedWait(retryAfter) ? { retryAfter } : {}),
      outcome: failure.outcome ?? outcomeOfStatus(failure.status),
    };
    super(message, { ...options, details: { ...options.details, ...facts } });
    this.failure = facts;
  }
}
