import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { textLimits } from '../text/index.js';
import { NonRetryableError, toErrorData } from './index.js';

const thrower = (): never => {
  throw new Error('in a getter');
};
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable(new Error('x'), {});
  revoke();
  return proxy;
};
const thenKey = ['th', 'en'].join('');
const thenable = { [thenKey]: thrower };
const nested = (levels: number) => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
};
const circle = () => {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
};

/** What no program should throw, or put into an error. Made when it is needed: fast-check itself would stumble over it. */
const hostile = fc.oneof(
  fc
    .anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSparseArray: true,
      withNullPrototype: true,
    })
    .map((value) => () => value),
  fc.string({ unit: 'binary' }).map((value) => () => value),
  fc.constantFrom<() => unknown>(
    revoked,
    circle,
    () => Symbol('x'),
    () => thrower,
    () => nested(100_000),
    () => Object.assign([], { length: 2 ** 32 - 1 }),
    () => 'half 😀'.slice(0, 6),
    () => 'a\0b',
    () => 'x'.repeat(100_000),
    () => '\u0001"\\'.repeat(50_000),
    () => JSON.parse('{"__proto__":{"a":1}}') as unknown,
    () => ({ toJSON: thrower }),
    () => thenable,
    () => new Proxy({}, { getPrototypeOf: thrower }),
    () => new Proxy(new Error('x'), { get: thrower }),
    () => new Proxy({}, { ownKeys: thrower }),
    () => ({ [Symbol.toPrimitive]: thrower }),
  ),
);

const errors = fc
  .record({
    name: hostile,
    message: hostile,
    stack: hostile,
    cause: hostile,
    code: hostile,
    details: hostile,
    isOurs: fc.boolean(),
    isAggregate: fc.boolean(),
    throwing: fc.constantFrom('none', 'name', 'message', 'stack', 'cause', 'details', 'code', 'errors'),
  })
  .map(({ isOurs, isAggregate, throwing, ...makers }) => () => {
    const fields = Object.fromEntries(Object.entries(makers).map(([key, make]) => [key, make()]));
    const error = isOurs
      ? new NonRetryableError('x')
      : isAggregate
        ? new AggregateError([fields['message'], fields['cause']], 'several')
        : new Error('x');
    // Written out lazily, by code that reads name and message.
    void error.stack;
    for (const [key, value] of Object.entries(fields))
      Object.defineProperty(error, key, { value, configurable: true });
    if (throwing !== 'none') Object.defineProperty(error, throwing, { get: thrower, configurable: true });
    return error;
  });

const unstorable = /[\0\p{Surrogate}]/u;

function assertStorable(value: unknown): void {
  if (typeof value === 'string') expect(value).not.toMatch(unstorable);
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) {
      expect(key).not.toMatch(unstorable);
      assertStorable(inner);
    }
}

describe('an error as it stands in a record', () => {
  it('is bounded JSON that a database can hold, whatever was thrown', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, errors), (make) => {
        const data = toErrorData(make());
        expect(typeof data.name).toBe('string');
        expect(typeof data.message).toBe('string');
        const json = JSON.stringify(data);
        expect(JSON.parse(json)).toEqual(data);
        expect(Buffer.byteLength(json)).toBeLessThanOrEqual(textLimits.error);
        assertStorable(data);
      }),
      { numRuns: 500 },
    );
  });

  it('holds at most five causes, also where they lead in a circle', () => {
    const error = new Error('a');
    error.cause = error;
    let depth = 0;
    for (let data = toErrorData(error).cause; data; data = data.cause) depth += 1;
    expect(depth).toBe(5);
  });

  it('says what an AggregateError is made of', () => {
    const { message, cause } = toErrorData(new AggregateError([new Error('one'), new Error('two')], 'both'));
    expect([message, cause?.message]).toEqual(['both (2 errors: one; two)', 'one']);
  });

  it('cuts a long message at a code point, and says so', () => {
    const { message } = toErrorData(new Error('😀'.repeat(10_000)));
    expect(message).toMatch(/^(😀)+… \[\d+ characters cut\]$/u);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(8_192);
  });
});

describe('JSON.stringify of an error of Nestor', () => {
  it('carries its message, and never throws', () => {
    const error = new NonRetryableError('not again', { details: { runId: 'r', big: 5n } });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: 'NonRetryableError',
      message: 'not again',
      code: 'NON_RETRYABLE',
      details: { runId: 'r', big: '5' },
    });
  });
});
