import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { textLimits } from '../text/index.js';
import { errorMessage, errorText, NonRetryableError, toErrorData } from './index.js';

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
const cycle = () => {
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
    cycle,
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

describe('an error as it is in a record', () => {
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

  it('is the same when it comes back from the database, minus zero included', () => {
    const data = toErrorData(new NonRetryableError('x', { details: { change: -0 } }));
    expect(data.details).toEqual({ change: 0 });
  });

  it('holds at most five causes, also where they lead in a cycle', () => {
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

describe('the details of an error', () => {
  const secret = 'Zq9PASSWORDX';
  const quoting: Readonly<Record<string, unknown>> = {
    text: `connect redis://app:${secret}@cache:6379 failed`,
    headers: {
      Authorization: `Bearer ${secret}`,
      'X-API-Key': secret,
      'set-cookie': [secret],
      accept: 'json',
    },
    rawHeaders: ['accept', 'json', 'Proxy-Authorization', secret],
    entries: [['authorization', secret]],
    named: [{ name: 'x-api-key', value: secret }],
    config: {
      auth: { username: 'app', password: secret },
      apiKey: secret,
      client_secret: secret,
      accessToken: secret,
    },
    deep: [{ response: { body: JSON.stringify({ authorization: secret }) } }],
    toJson: { toJSON: () => ({ password: secret, url: new URL(`https://app:${secret}@host/`) }) },
    token: { value: secret },
    pin: { password: 123_456 },
    [`https://app:${secret}@host/`]: 'is a key',
    kept: {
      tokens: 12,
      maxTokens: 100,
      key: 'order-7',
      idempotencyKey: 'k-1',
      password: null,
      author: 'ada',
    },
  };

  it('show no secret, neither to the program, nor to JSON, nor to a record', () => {
    const error = new NonRetryableError('no', { details: quoting });
    for (const shown of [error.details, error.toJSON(), toErrorData(error)]) {
      expect(JSON.stringify(shown)).not.toContain(secret);
      expect(JSON.stringify(shown)).not.toContain('123456');
    }
    expect(toErrorData(error).details).toMatchObject({
      text: 'connect redis://***@cache:6379 failed',
      headers: { Authorization: '***', 'X-API-Key': '***', 'set-cookie': '***', accept: 'json' },
      rawHeaders: ['accept', 'json', 'Proxy-Authorization', '***'],
      kept: quoting['kept'],
    });
  });

  it('show none in a record where the class of the error sets them by itself', () => {
    class HostError extends NonRetryableError {
      override readonly details = quoting;
    }
    expect(JSON.stringify(toErrorData(new HostError('no')))).not.toContain(secret);
    expect(JSON.stringify(new HostError('no'))).not.toContain(secret);
  });

  it('show none that is cut in the middle', () => {
    for (let length = 16_200; length < 16_384; length += 7) {
      const text = `${'x'.repeat(length)} sk-${secret}${secret}`;
      expect(JSON.stringify(new NonRetryableError('no', { details: { text } }))).not.toContain('Zq9');
    }
  });
});

describe('what was thrown, in words', () => {
  it('is short, without secrets and on record for whatever was thrown', () => {
    fc.assert(
      fc.property(fc.oneof(hostile, errors), (make) => {
        for (const words of [errorText(make()), errorMessage(make())]) {
          expect(words).not.toMatch(unstorable);
          expect(Buffer.byteLength(JSON.stringify(words))).toBeLessThanOrEqual(textLimits.message);
        }
      }),
    );
    expect(errorText(new RangeError('redis://app:pa55@cache'))).toBe('RangeError: redis://***@cache');
    expect(errorText('plain words')).toBe('plain words');
    expect(errorText(new Error(''))).toBe('Error');
    expect(errorMessage(new RangeError('too far'))).toBe('too far');
    expect(errorMessage(new RangeError(''))).toBe('RangeError');
  });
});
