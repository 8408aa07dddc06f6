import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shortText } from './short-text.js';

it.each([
  ['plain', 5, 'plain'],
  ['plainer', 5, 'plain…'],
  ['', 5, ''],
  ['xxxx😀', 5, 'xxxx…'],
  ['xxx😀', 5, 'xxx😀'],
  ['xxx😀y', 5, 'xxx😀…'],
  ['xxx\ud83d', 5, 'xxx\uFFFD'],
  ['a\0b', 5, 'a\uFFFDb'],
])('%j in at most %i characters is %j', (text, most, expected) => {
  expect(shortText(text, most)).toBe(expected);
});

it('is well-formed, a beginning of the text, and no longer than allowed and its mark', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (text, most) => {
      const short = shortText(text, most);
      const begins = text.replaceAll('\0', '\uFFFD').startsWith(short.replace(/…$/, ''));
      return !/\p{Surrogate}/u.test(short) && short.length <= most + 1 && begins;
    }),
  );
});
