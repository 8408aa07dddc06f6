import { describe, expect, it } from '@jest/globals';
import { providerEmbeddings } from './provider-embeddings.js';

const read = (vectors: unknown, count: number) =>
  providerEmbeddings({ vectors, usage: null }, count, 'mine/e');

describe('vectors of a provider', () => {
  it('are taken as they are: one for each text, of finite numbers', () => {
    expect(
      read(
        [
          [1, 0.5],
          [-1, 0],
        ],
        2,
      ),
    ).toEqual({
      vectors: [
        [1, 0.5],
        [-1, 0],
      ],
      usage: null,
    });
    expect(read([], 0)).toEqual({ vectors: [], usage: null });
  });

  it.each([
    [undefined, 1, 'the provider gave no vectors'],
    [[[1]], 2, 'it gave 1 vectors for 2 texts'],
    [[[1], null], 2, 'it gave no vector for text 2'],
    [Object.assign([[1]], { length: 2 }), 2, 'it gave no vector for text 2'],
    [[[1], []], 2, 'it gave no vector for text 2'],
    [[[1], [1, 2]], 2, 'different lengths: that of text 1 has 1 numbers, that of text 2 has 2'],
    [[[1, null]], 1, 'number 2 of its vector for text 1 is not a finite number'],
    [[[1, Number.NaN]], 1, 'number 2 of its vector for text 1 is not a finite number'],
    [[['1']], 1, 'number 1 of its vector for text 1 is not a finite number'],
  ])('%j for %d texts are refused', (vectors, count, message) => {
    expect(() => read(vectors, count)).toThrow(message);
  });

  it('of nothing at all are refused', () => {
    expect(() => providerEmbeddings(null, 1, 'mine/e')).toThrow(
      'mine/e failed: the provider gave no vectors',
    );
  });
});
