import { describe, expect, it } from '@jest/globals';
import {
  AccessDeniedError,
  InDoubtError,
  InputValidationError,
  ModelCallError,
  NonRetryableError,
  RunCancelledError,
} from '../../errors/index.js';
import type { RetryPolicy } from '../../scope/index.js';
import { isRetryable, nextDelay, requestedDelay } from './retry.js';

/** An error with others below it, each the cause of the one before. */
const chain = (depth: number, innermost: unknown): unknown =>
  depth === 0 ? innermost : new Error(`level ${depth}`, { cause: chain(depth - 1, innermost) });

describe('another attempt', () => {
  it.each([
    new NonRetryableError('x'),
    new InputValidationError('x'),
    new AccessDeniedError('x'),
    new InDoubtError('x'),
    new RunCancelledError('x'),
  ])('is not made after $name, also where it is only the cause', (error) => {
    expect(isRetryable(error)).toBe(false);
    expect(isRetryable(chain(1, error))).toBe(false);
    expect(isRetryable(chain(3, error))).toBe(false);
  });

  it.each([400, 401, 403, 404, 410, 422, 499])('is not made after a status of %i', (status) => {
    expect(isRetryable({ status })).toBe(false);
    expect(isRetryable({ statusCode: status })).toBe(false);
    expect(isRetryable({ details: { status } })).toBe(false);
    expect(isRetryable(chain(1, { response: { status } }))).toBe(false);
  });

  it.each([200, 399, 408, 409, 425, 429, 500, 503])('is made after a status of %i', (status) => {
    expect(isRetryable({ status })).toBe(true);
  });

  it('is made or not as the error itself says of being transient, whatever its status or its cause', () => {
    expect(isRetryable(new ModelCallError('x', { status: 400, transient: true }))).toBe(true);
    expect(isRetryable(new ModelCallError('x', { status: 503, transient: false }))).toBe(false);
    const failure = new ModelCallError('x', { transient: true });
    failure.cause = new NonRetryableError('x');
    expect(isRetryable(failure)).toBe(true);
  });

  it.each([undefined, null, 'text', 7, new Error('x'), {}, { details: null, response: 'none' }])(
    'is made after what says nothing about it (%j)',
    (thrown) => {
      expect(isRetryable(thrown)).toBe(true);
      expect(requestedDelay(thrown)).toBeUndefined();
    },
  );

  it('is decided on the error and the seven causes below it: a cycle of causes ends', () => {
    expect(isRetryable(chain(7, new NonRetryableError('x')))).toBe(false);
    expect(isRetryable(chain(8, new NonRetryableError('x')))).toBe(true);
    const cycle = new Error('x');
    cycle.cause = cycle;
    expect(isRetryable(cycle)).toBe(true);
  });
});

describe('the wait before it', () => {
  const policy: RetryPolicy = {
    attempts: 5,
    initialDelay: 100,
    factor: 3,
    maxDelay: 1_000,
    jitter: 'none',
  };
  const error = new Error('x');

  it('grows by the factor up to the longest delay, until the attempts are used up', () => {
    const waits = [1, 2, 3, 4, 5].map((failures) => nextDelay(policy, error, failures, 0.5));
    expect(waits).toEqual([100, 300, 900, 1_000, undefined]);
  });

  it('is a part of that, in whole milliseconds, with full jitter', () => {
    const waits = [0, 0.254, 1].map((random) => nextDelay({ ...policy, jitter: 'full' }, error, 2, random));
    expect(waits).toEqual([0, 76, 300]);
  });

  it('is at least as long as the other side has asked for, at any depth', () => {
    expect(nextDelay(policy, { retryAfter: 250 }, 1, 0)).toBe(250);
    expect(nextDelay(policy, chain(2, { details: { retryAfter: 250 } }), 1, 0)).toBe(250);
    expect(nextDelay(policy, { retryAfter: 50 }, 1, 0)).toBe(100);
  });

  it('does not come where the host does not want another attempt, or the error rules it out', () => {
    expect(nextDelay({ ...policy, retryOn: () => false }, error, 1, 0)).toBeUndefined();
    expect(nextDelay({ ...policy, retryOn: () => true }, error, 1, 0)).toBe(100);
    expect(nextDelay({ ...policy, retryOn: () => true }, new NonRetryableError('x'), 1, 0)).toBeUndefined();
  });

  it('does not come where it would end after the time that is left', () => {
    expect(nextDelay(policy, { retryAfter: 250 }, 1, 0, 251)).toBe(250);
    expect(nextDelay(policy, { retryAfter: 250 }, 1, 0, 250)).toBeUndefined();
    expect(nextDelay(policy, error, 2, 0, 300)).toBeUndefined();
    expect(nextDelay(policy, error, 1, 0, -1)).toBeUndefined();
  });

  it.each([-1, Number.NaN, Infinity, '7', 366 * 86_400_000])(
    'does not observe a request for %p',
    (retryAfter) => {
      expect(nextDelay(policy, { retryAfter }, 1, 0)).toBe(100);
    },
  );
});
