import { boundedData, maskSecrets, textLimits } from '../text/index.js';

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
  /** Facts for programs: names, ids, issues. Kept as plain JSON of at most 16 kB, without secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Base of every error that Nestor throws. The message says what happened, where, and how to fix it; secrets that it
 * quotes (passwords in addresses, keys in queries, authorization headers) are masked, in the details too.
 */
export abstract class OrchestrationError extends Error {
  abstract readonly code: ErrorCode;
  /** Facts for programs: plain JSON of at most 16 kB, without secrets. @default `{}` */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, options: ErrorOptions = {}) {
    // A host without types may hand in anything.
    super(
      typeof message === 'string' ? maskSecrets(message) : message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = new.target.name;
    this.details = options.details === undefined ? {} : errorFactsOf(options.details);
  }

  /** What `JSON.stringify(error)` shows: everything but stack and cause. Never throws. */
  toJSON(): { name: string; message: string; code: ErrorCode; details: unknown } {
    const { name, message, code, details } = this;
    return { name, message, code, details: errorFactsOf(details) };
  }
}

/** Details as programs, records and answers may have them: JSON of at most 16 kB without secrets. Never throws. */
export function errorFactsOf(details: unknown): Readonly<Record<string, unknown>> {
  const facts = boundedData(details, textLimits.details);
  // An object that was read is a plain one.
  return typeof facts === 'object' && facts !== null ? (facts as Readonly<Record<string, unknown>>) : {};
}
