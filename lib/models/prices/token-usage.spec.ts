import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makers } from '../../../test/property/hostile-values.js';
import { readTokenUsage } from './token-usage.js';

const most = { inputTokens: 1000, outputTokens: 100 };
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

describe('a usage report', () => {
  it('is read as whole counts, the parts within the whole, whatever it holds', () => {
    const counts = [
      'inputTokens',
      'outputTokens',
      'cachedInputTokens',
      'cacheWriteInputTokens',
      'reasoningTokens',
    ];
    const part = fc.oneof(
      makers.map(({ make }) => make),
      fc.maxSafeNat().map((count) => () => count),
      fc.double().map((count) => () => count),
    );
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 5, maxLength: 5 }),
        makers,
        fc.boolean(),
        (parts, whole, isWhole) => {
          const report = isWhole
            ? whole.make()
            : Object.fromEntries(counts.map((count, index) => [count, parts[index]?.()]));
          const usage = readTokenUsage(report, () => most);
          expect(Object.values(usage).every(isCount)).toBe(true);
          const { inputTokens, outputTokens, cachedInputTokens = 0, cacheWriteInputTokens = 0 } = usage;
          expect(cachedInputTokens + cacheWriteInputTokens).toBeLessThanOrEqual(inputTokens);
          expect(usage.reasoningTokens ?? 0).toBeLessThanOrEqual(outputTokens);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('that can be read is taken as it is', () => {
    const usage = {
      inputTokens: 50,
      cachedInputTokens: 20,
      cacheWriteInputTokens: 10,
      outputTokens: 5,
      reasoningTokens: 2,
    };
    expect(readTokenUsage(usage, () => most)).toEqual(usage);
    expect(readTokenUsage({ inputTokens: -0, outputTokens: 0 }, () => most)).toEqual({
      inputTokens: 0,
      outputTokens: 0,
    });
  });
});
