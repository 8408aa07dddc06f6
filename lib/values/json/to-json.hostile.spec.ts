import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PayloadError } from '../../errors/index.js';
import { toJson } from '../index.js';

const limit = 10_000;
const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  withUnicodeString: true,
});
const thrower = (): never => {
  throw new Error('no');
};
const special = fc.constantFrom<() => unknown>(
  () => Object.assign([], { length: 2 ** 32 - 1 }),
  () => ({ ['k'.repeat(5_000)]: { ['\ud800\0']: 5n } }),
  () => ({ ['k'.repeat(20_000)]: 1 }),
  () => new Proxy({}, { get: thrower }),
  () => new Proxy({}, { ownKeys: thrower }),
  () => Object.defineProperty({}, 'x', { get: thrower, enumerable: true }),
  () => ({ toJSON: thrower }),
  () => JSON.parse('{"__proto__":{"a":1},"toJSON":"no"}') as unknown,
  () => 'x\ud800',
);

describe('any value on its way into a record', () => {
  it('becomes bounded JSON, or is refused with an error that can itself be stored', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anything,
          special.map((make) => make()),
        ),
        (value) => {
          try {
            const json = toJson(value, `the output of ${'w'.repeat(2_000)}\ud800`, limit);
            expect(Buffer.byteLength(JSON.stringify(json ?? null))).toBeLessThanOrEqual(limit);
            expect(JSON.stringify(json ?? null)).not.toMatch(/\\u0000|\\ud[89a-f]/);
          } catch (error) {
            if (!(error instanceof PayloadError)) throw error;
            expect(Buffer.byteLength(error.message)).toBeLessThan(2_000);
            expect(error.message).not.toMatch(/[\0\p{Surrogate}]/u);
            expect(JSON.stringify(error.details)).not.toMatch(/\\u0000|\\ud[89a-f]/);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
