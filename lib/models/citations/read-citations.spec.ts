import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CitablePassage } from './given-context.js';
import { citationsIn, citedMarks } from './read-citations.js';

const given: CitablePassage[] = [1, 2, 3].map((mark) => ({
  mark,
  part: 'articles',
  passage: {
    id: `p${mark}`,
    text: `text ${mark}`,
    score: 1,
    source: { uri: `kb://${mark}` },
    metadata: {},
    trust: 'untrusted',
    hash: String(mark),
  },
}));

describe('marks of an answer', () => {
  it('stand for the passages that were given, with their places', () => {
    const text = 'Within 14 days [1]. Unworn[2][3].';
    const { citations, unknownMarks } = citationsIn(text, { citations: given });
    expect(citations.map(({ passage: { id }, start, end }) => [id, text.slice(start, end)])).toEqual([
      ['p1', '[1]'],
      ['p2', '[2]'],
      ['p3', '[3]'],
    ]);
    expect(unknownMarks).toEqual([]);
  });

  it('may be several in one pair of brackets, and in the brackets that some models write', () => {
    expect(citedMarks('a [1, 3] b 【2】 c [2;3]').map(({ mark }) => mark)).toEqual([1, 3, 2, 2, 3]);
  });

  it('for which nothing was given are reported', () => {
    expect(citationsIn('So it is [7].', { citations: given })).toEqual({
      citations: [],
      unknownMarks: [{ mark: 7, start: 9, end: 12 }],
    });
  });

  it.each([
    ['a fenced block', 'Use:\n```js\nlist[1]\n```\n'],
    ['a fenced block that does not end', '```\nlist[1]'],
    ['inline code', 'Call `list[1]`.'],
    ['a link', 'See [1](https://example.com).'],
    ['words in brackets', 'It is [so] and [1 of 3].'],
  ])('are none in %s', (_, text) => {
    expect(citedMarks(text)).toEqual([]);
  });

  it('are exactly those that were written, whatever stands between them', () => {
    const prose = fc.stringMatching(/^[^`[\]【】(]*$/);
    const mark = fc.integer({ min: 1, max: 99 });
    fc.assert(
      fc.property(fc.array(fc.tuple(prose, mark)), prose, (pieces, end) => {
        const text = pieces.map(([words, number]) => `${words}[${number}]`).join('') + end;
        expect(citedMarks(text).map((each) => each.mark)).toEqual(pieces.map(([, number]) => number));
      }),
    );
  });
});
