import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { PayloadError } from '../../errors/index.js';
import { toJson } from './to-json.js';

const where = 'DigestWorkflow.summarise';

function refused(value: unknown, limit?: number): PayloadError {
  try {
    toJson(value, where, limit);
  } catch (error) {
    if (error instanceof PayloadError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('toJson', () => {
  it('equals a JSON round trip for every JSON-like value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary-ascii' }), (value) => {
        const replaced = JSON.stringify(value).replaceAll(String.raw`\u0000`, '\uFFFD');
        expect(toJson(value, where)).toEqual(JSON.parse(replaced));
      }),
    );
  });

  it('counts exactly the bytes of the JSON it returns', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const bytes = Buffer.byteLength(JSON.stringify(toJson(value, where)));
        expect(toJson(value, where, bytes)).toEqual(toJson(value, where));
        expect(() => toJson(value, where, bytes - 1)).toThrow(PayloadError);
      }),
    );
  });

  it('freezes deeply and leaves the original alone', () => {
    const original = { list: [{ a: 1 }] };
    const copy = toJson(original, where) as typeof original;
    expect(Object.isFrozen(copy) && Object.isFrozen(copy.list) && Object.isFrozen(copy.list[0])).toBe(true);
    expect(Object.isFrozen(original)).toBe(false);
  });

  it('drops undefined properties, and writes null for undefined elements', () => {
    expect(toJson({ a: undefined, b: [undefined, 1] }, where)).toStrictEqual({ b: [null, 1] });
    expect(toJson(undefined, where)).toBeUndefined();
  });

  it('turns dates and instances by toJSON, boxed values to plain ones', () => {
    class Money {
      constructor(private readonly cents: number) {}
      toJSON() {
        return { usd: this.cents / 100, at: new Date(0) };
      }
    }
    class Point {
      x = 1;
      y = Object(-0) as number;
    }
    expect(toJson([new Money(250), new Point(), new Date(5)], where)).toEqual([
      { usd: 2.5, at: '1970-01-01T00:00:00.000Z' },
      { x: 1, y: 0 },
      '1970-01-01T00:00:00.005Z',
    ]);
  });

  it('replaces NUL and lone surrogates in strings and keys, and keeps pairs', () => {
    expect(toJson({ 'a\0': 'x\uD83D', ok: '😀"\\' }, where)).toEqual({ 'a\uFFFD': 'x\uFFFD', ok: '😀"\\' });
  });

  it('keeps a __proto__ property as data', () => {
    const copy = toJson(JSON.parse('{"__proto__":{"admin":true}}'), where) as { admin?: boolean };
    expect(copy.admin).toBeUndefined();
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"admin":true}}');
  });

  it('takes the same object twice as long as it is not a cycle', () => {
    const shared = { a: 1 };
    expect(toJson([shared, shared], where)).toEqual([{ a: 1 }, { a: 1 }]);
  });

  it.each([
    ['a function', { items: [0, 1, 2, { callback: () => 1 }] }, '$.items[3].callback'],
    ['a symbol', { 'two words': Symbol('x') }, '$["two words"]'],
    ['a BigInt', [1n], '$[0]'],
    ['not a number', { a: Number.NaN }, '$.a'],
    ['infinity', -Infinity, '$'],
    ['a map', { a: new Map([[1, 2]]) }, '$.a'],
    ['a promise', { a: Promise.resolve() }, '$.a'],
    ['an error', { a: [new TypeError('x')] }, '$.a[0]'],
    ['something inside a toJSON result', { a: { toJSON: () => ({ b: 1n }) } }, '$.a.b'],
    [
      'a throwing getter',
      {
        a: {
          get b() {
            throw new Error('no');
          },
        },
      },
      '$.a',
    ],
  ])('refuses %s, naming where and the path', (_, value, path) => {
    const error = refused(value);
    expect(error.message).toContain(where);
    expect(error.details).toEqual({ where, path });
  });

  it('refuses cycles and endless nesting instead of overflowing', () => {
    const cycle: { inner: { back?: unknown } } = { inner: {} };
    cycle.inner.back = cycle;
    expect(refused(cycle).details['path']).toBe('$.inner.back');
    let deep: unknown = 1;
    for (let n = 0; n < 100_000; n++) deep = [deep];
    expect(refused(deep).message).toContain('nested deeper');
  });

  it('refuses what is larger than the limit in UTF-8 bytes', () => {
    expect(toJson('é'.repeat(4), where, 10)).toBe('éééé');
    expect(refused('é'.repeat(4), 9).message).toContain('limit of 9 bytes');
    expect(refused({ a: 'x'.repeat(2_000_000) }).details['path']).toBe('$.a');
  });
});
