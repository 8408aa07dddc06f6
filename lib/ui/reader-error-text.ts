import { type ErrorData, statusOfError } from '../errors/index.js';

/**
 * What a reader is told of an error: its message where they can do something about it, as an HTTP client would be; what went wrong
 * inside stays in the records.
 */
export function readerErrorText(error: ErrorData): string {
  const cause = rootOf(error);
  const status = cause.code === undefined ? 500 : statusOfError[cause.code];
  return status < 500 ? cause.message : 'The answer could not be completed.';
}

/** A run fails with what its step has failed with. */
function rootOf(error: ErrorData): ErrorData {
  return error.code === 'RUN_FAILED' && error.cause ? rootOf(error.cause) : error;
}
