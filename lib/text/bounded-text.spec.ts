import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundedText } from './bounded-text.js';

const size = (text: string) => Buffer.byteLength(JSON.stringify(text));

it.each([
  ['plain', 'a', 98],
  ['escaped', '\n', 16],
  ['long', '€', 32],
])(
  'keeps a %s text whose JSON, quotes included, just fits, and cuts the next longer one',
  (_, unit, most) => {
    const fits = unit.repeat(most);
    expect(boundedText(fits, 100)).toBe(fits);
    expect(boundedText(fits + unit, 100)).toMatch(/… \[\d+ characters cut\]$/);
    expect(size(boundedText(fits + unit, 100))).toBeLessThanOrEqual(100);
  },
);

it('has JSON of at most so many bytes, whatever the text is', () => {
  const text = fc.string({ unit: 'binary', minLength: 15, maxLength: 150 });
  fc.assert(
    fc.property(text, fc.integer({ min: 100, max: 200 }), (given, limit) => {
      expect(size(boundedText(given, limit))).toBeLessThanOrEqual(limit);
    }),
  );
});
