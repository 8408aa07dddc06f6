import { boundedData, textLimits } from '../text/index.js';
import { maskSecrets } from './mask-secrets.js';

/** Stable names of what can go wrong; one for each error class. */
export type ErrorCode =
  | 'INVALID_WORKFLOW_DEFINITION'
  | 'UNKNOWN_WORKFLOW'
  | 'INPUT_VALIDATION'
  | 'OUTPUT_VALIDATION'
  | 'ACCESS_DENIED'
  | 'RATE_LIMIT_EXCEEDED'
  | 'BUDGET_EXCEEDED'
  | 'GUARDRAIL_BLOCKED'
  | 'STEP_FAILED'
  | 'STEP_TIMEOUT'
  | 'LOOP_LIMIT_EXCEEDED'
  | 'RUN_FAILED'
  | 'RUN_CANCELLED'
  | 'RUN_NOT_FOUND'
  | 'RUN_FINISHED'
  | 'IDEMPOTENCY_CONFLICT'
  | 'REVIEW_NOT_FOUND'
  | 'REVIEW_CONFLICT'
  | 'REVIEW_EXPIRED'
  | 'REVIEW_REJECTED'
  | 'DEFINITION_CHANGED'
  | 'LEASE_LOST'
  | 'STEP_CLOSED'
  | 'ALL_MODELS_FAILED'
  | 'MODEL_CALL_FAILED'
  | 'INCOMPLETE_ANSWER'
  | 'PAYLOAD'
  | 'IN_DOUBT'
  | 'INVALID_OPTIONS'
  | 'NON_RETRYABLE'
  | 'RETRY_AFTER'
  | 'NOT_PERFORMED'
  | 'USER';

export interface ErrorOptions {
  readonly cause?: unknown;
  /** Facts for programs: names, ids, issues. Plain JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Base of every error that Nestor throws. The message says what happened, where, and how to fix it; secrets that it
 * quotes (passwords in addresses, keys in queries, authorization headers) are masked.
 */
export abstract class OrchestrationError extends Error {
  abstract readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, options: ErrorOptions = {}) {
    // A host without types may hand in anything.
    super(
      typeof message === 'string' ? maskSecrets(message) : message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = new.target.name;
    this.details = options.details ?? {};
  }

  /** What `JSON.stringify(error)` shows: everything but stack and cause. Never throws. */
  toJSON(): { name: string; message: string; code: ErrorCode; details: unknown } {
    const { name, message, code, details } = this;
    return { name, message, code, details: boundedData(details, textLimits.details) };
  }
}
