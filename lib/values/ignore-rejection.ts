import { types } from 'node:util';

/**
 * A promise where none belongs is refused by name; what it rejects with would end the process as an unhandled rejection.
 * Never throws, and does nothing for whatever is not a promise.
 */
export function ignoreRejection(value: unknown): void {
  if (!types.isPromise(value)) return;
  // Not `value.then`: it may be the host's own.
  Promise.prototype.then.call(value, undefined, () => undefined);
}
