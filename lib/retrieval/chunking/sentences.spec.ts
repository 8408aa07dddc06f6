import { afterEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { charactersOf, sentencesOf, wordsOf } from './sentences.js';

const kinds = [
  ['sentence', sentencesOf],
  ['word', wordsOf],
  ['grapheme', charactersOf],
] as const;

const story = (sentences: number) =>
  Array.from(
    { length: sentences },
    (_, index) => `Dr. No came at ${index} p.m. to see 👨‍👩‍👧‍👦. „Wirklich?“ Ja! `,
  ).join('');

describe('the parts of a text', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each(kinds)('are those of the whole, however long it is: by %s', (granularity, partsOf) => {
    const text = story(100);
    const whole = Array.from(
      new Intl.Segmenter(undefined, { granularity }).segment(text),
      (one) => one.segment,
    );
    expect(partsOf(text)).toEqual(whole);
  });

  it.each(kinds)('are together the text, none of them empty: by %s', (_, partsOf) => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(' ', '\n', '. ', 'x'.repeat(1_999), '👍🏽'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.integer({ min: 1, max: 300 }), (pieces, times) => {
        const text = pieces.join('').repeat(times).slice(0, 20_000);
        const parts = partsOf(text);
        expect(parts.join('')).toBe(text);
        expect(parts).not.toContain('');
      }),
      { numRuns: 50 },
    );
  });

  it.each(kinds)('are found in little of a long text at once: by %s', (_, partsOf) => {
    // The time that the segmenter takes grows with the square of what it is given.
    const segment = jest.spyOn(Intl.Segmenter.prototype, 'segment');
    const text = story(1_000);
    partsOf(text);
    const given = segment.mock.calls.map(([part]) => part.length);
    expect(Math.max(...given)).toBe(2_000);
    expect(given.reduce((sum, length) => sum + length, 0)).toBeLessThan(text.length * 1.5);
  });

  it('are cut between words where a sentence is very long, and never within a character of two units', () => {
    const words = Array.from({ length: 1_000 }, (_, index) => `word${index} `);
    const parts = sentencesOf(words.join(''));
    expect(parts.flatMap((part) => part.match(/\S+ /g))).toEqual(words);
    for (const partsOf of [sentencesOf, wordsOf, charactersOf])
      for (const part of partsOf(`x${'𝒳'.repeat(3_000)}`)) expect(part).not.toMatch(/\p{Surrogate}/u);
  });
});
