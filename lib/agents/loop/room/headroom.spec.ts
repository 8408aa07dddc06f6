import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutToFit, exhausted, fits } from './headroom.js';

const result = (length: number) => ({ id: 'c', name: 'f', content: 'x'.repeat(length), isError: false });
const total = (results: readonly { readonly content: string }[]) =>
  results.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);

describe('results that are cut to fit', () => {
  it('are as they were where all of them fit', () => {
    const results = [result(10), result(20)];
    expect(cutToFit(results, () => true)).toBe(results);
  });

  it('are cut from the longest on, to the same length', () => {
    const results = cutToFit([result(100), result(5_000), result(9_000)], (each) => total(each) <= 2_100);
    const lengths = results.map(({ content }) => Buffer.byteLength(content));
    expect(lengths[0]).toBe(100);
    expect(lengths[1]).toBe(lengths[2]);
    expect(total(results)).toBeLessThanOrEqual(2_100);
    expect(total(results)).toBeGreaterThan(1_900);
  });

  it('always fit where anything does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 3_000 }), { minLength: 1, maxLength: 8 }),
        fc.nat({ max: 9_000 }),
        (sizes, room) => {
          const isEnough = (each: readonly { readonly content: string }[]) => total(each) <= room;
          const results = cutToFit(sizes.map(result), isEnough);
          expect(results).toHaveLength(sizes.length);
          if (isEnough(sizes.map(() => result(0)))) expect(total(results)).toBeLessThanOrEqual(room);
        },
      ),
    );
  });
});

describe('what is left', () => {
  it('is compared in each unit', () => {
    const most = { calls: 1, inputTokens: 60, outputTokens: 40, usd: 0.5 };
    expect(
      [{}, { tokens: 100 }, { usd: 0.5 }, { tokens: 99 }, { usd: 0.4, tokens: 100 }].map((left) =>
        fits(most, left),
      ),
    ).toEqual([true, true, true, false, false]);
  });

  it('is told in its unit', () => {
    expect(exhausted({ usd: 0.2 })).toEqual({
      condition: 'costUsd',
      kind: 'limit',
      reason: 'what is left ($0.2) is enough for one last answer',
    });
    expect(exhausted({ tokens: 7, usd: 1 }).reason).toBe(
      'what is left ($1, 7 tokens) is enough for one last answer',
    );
  });
});
