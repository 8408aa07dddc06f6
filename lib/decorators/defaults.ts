import { type Duration, milliseconds } from '../clock/index.js';
import type { Effect, OnInDoubt, RetryPolicy } from '../scope/index.js';
import { given, option } from '../values/index.js';
import type { RetryOptions } from './step/retry.options.js';

/** How often anything is attempted that may be repeated. */
export const defaultAttempts = 3;

/**
 * Milliseconds of an option, or the default where it is absent. Also where it is not a duration: the checks at boot
 * name every such option, and they need a definition to look at.
 */
export function millisecondsOr<D>(duration: Duration | undefined, otherwise: D): number | D {
  if (duration === undefined) return otherwise;
  try {
    return milliseconds(duration);
  } catch {
    return otherwise;
  }
}

/** The first set of options that names a value wins; `attempts` is what holds where none does. */
export function retryPolicy(
  attempts: number,
  ...written: readonly (RetryOptions | undefined)[]
): RetryPolicy {
  const options: RetryOptions = Object.assign({}, ...written.map(given).toReversed());
  return {
    attempts: options.attempts ?? attempts,
    initialDelay: millisecondsOr(options.initialDelay, 500),
    maxDelay: millisecondsOr(options.maxDelay, 30_000),
    factor: options.factor ?? 2,
    jitter: options.jitter ?? 'full',
    retryOn: options.retryOn,
  };
}

export const effectRule = option.oneOf('none', 'idempotent', 'irreversible');
export const onInDoubtRule = option.oneOf('review', 'retry', 'fail');

/** A call that must not happen twice goes before a person when nobody knows whether it happened. */
export function defaultOnInDoubt(effect: Effect): OnInDoubt {
  return effect === 'irreversible' ? 'review' : 'retry';
}
