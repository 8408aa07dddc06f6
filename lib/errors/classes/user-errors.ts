import { type Duration, milliseconds } from '../../clock/index.js';
import { OrchestrationError, type ErrorOptions } from '../orchestration-error.js';

/** Thrown by user code: another attempt would fail alike. */
export class NonRetryableError extends OrchestrationError {
  readonly code = 'NON_RETRYABLE';
}

/** Thrown by user code: try again, but not before `delay`. */
export class RetryAfterError extends OrchestrationError {
  readonly code = 'RETRY_AFTER';
  /** Milliseconds. */
  readonly retryAfter: number;

  constructor(delay: Duration, message = `try again after ${String(delay)}`, options: ErrorOptions = {}) {
    super(message, options);
    this.retryAfter = milliseconds(delay);
  }
}

/** Thrown by an irreversible tool that knows its effect did not happen: the call may be made again. */
export class NotPerformedError extends OrchestrationError {
  readonly code = 'NOT_PERFORMED';
}
