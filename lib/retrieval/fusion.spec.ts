import { describe, expect, it } from '@jest/globals';
import { fused } from './fusion.js';

const list = (...ids: string[]) => ids.map((id, index) => ({ id, score: 100 - index }));

describe('reciprocal rank fusion', () => {
  it('prefers what several lists have found', () => {
    const found = fused([list('a', 'b', 'c'), list('c', 'd', 'b')]);
    expect(found.map(({ id }) => id)).toEqual(['c', 'b', 'a', 'd']);
    expect(found[0]?.score).toBeCloseTo(1 / 63 + 1 / 61);
  });

  it('keeps the order of one list, and finds nothing in none', () => {
    expect(fused([list('a', 'b'), []]).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(fused([])).toEqual([]);
  });
});
