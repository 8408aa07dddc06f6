import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Bucket, takeFrom } from './bucket.js';

const ask = { capacity: 60, window: 60_000, returned: 0, mayOwe: false, spare: 0 };

describe('the bucket of a rate limit', () => {
  it('is full at first, is emptied, and filled evenly', () => {
    const first = takeFrom(undefined, { ...ask, amount: 60 }, 0);
    expect(first).toMatchObject({ taken: 60, wait: 0, bucket: { level: 0 } });
    expect(takeFrom(first.bucket, { ...ask, amount: 1 }, 400)).toMatchObject({ taken: 0, wait: 600 });
    expect(takeFrom(first.bucket, { ...ask, amount: 1 }, 1_000)).toMatchObject({ taken: 1, wait: 0 });
    expect(takeFrom(first.bucket, { ...ask, amount: 60 }, 10 ** 9)).toMatchObject({
      taken: 60,
      bucket: { level: 0 },
    });
  });

  it('gives those who may owe their turns, one behind the other', () => {
    let bucket: Bucket | undefined = { level: 0, at: 0 };
    const waits = Array.from({ length: 4 }, () => {
      const taken = takeFrom(bucket, { ...ask, amount: 1, mayOwe: true }, 0);
      bucket = taken.bucket;
      return taken.wait;
    });
    expect(waits).toEqual([1_000, 2_000, 3_000, 4_000]);
  });

  it('takes what is spare only where it is there, and takes back what was not used', () => {
    expect(takeFrom(undefined, { ...ask, amount: 1, spare: 15 }, 0)).toMatchObject({ taken: 16 });
    expect(takeFrom({ level: 3.5, at: 0 }, { ...ask, amount: 1, spare: 15 }, 0)).toMatchObject({ taken: 3 });
    expect(takeFrom({ level: 0, at: 0 }, { ...ask, amount: 2, returned: 2 }, 0)).toMatchObject({ taken: 2 });
    expect(takeFrom({ level: 59, at: 0 }, { ...ask, amount: 1, returned: 9 }, 0)).toMatchObject({
      bucket: { level: 59 },
    });
  });

  it('never gives more in a time than it held and was filled with, nor before its time', () => {
    const steps = fc.array(
      fc.record({ pause: fc.nat(3_000), amount: fc.integer({ min: 1, max: 10 }), mayOwe: fc.boolean() }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        let bucket: Bucket | undefined;
        let now = 0;
        const granted: { readonly at: number; readonly amount: number }[] = [];
        for (const { pause, amount, mayOwe } of all) {
          now += pause;
          const taken = takeFrom(bucket, { ...ask, amount, mayOwe }, now);
          bucket = taken.bucket;
          if (taken.taken > 0) granted.push({ at: now + taken.wait, amount: taken.taken });
        }
        for (const { at } of granted) {
          const until = granted.filter((one) => one.at <= at).reduce((sum, { amount }) => sum + amount, 0);
          expect(until).toBeLessThanOrEqual(60 + at / 1_000 + 1e-6);
        }
      }),
    );
  });
});
