import { types } from 'node:util';

/**
 * A promise that nobody awaits must not end the process with an unhandled rejection. Code that awaits it gets the error
 * all the same. Never throws, and does nothing for whatever is not a promise.
 * @returns the same value
 */
export function ignoreRejection<T>(value: T): T {
  // Not `value.then`: it may be the host's own.
  if (types.isPromise(value)) Promise.prototype.then.call(value, undefined, () => undefined);
  return value;
}
