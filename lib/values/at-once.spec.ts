import { expect, it } from '@jest/globals';
import { atOnce } from './at-once.js';

/** As plain JavaScript may write it. */
const withThen = (value: unknown): unknown => ({ [['th', 'en'].join('')]: value });

it.each([true, false, 0, '', undefined, null, withThen('a word'), [1]])(
  'an answer is handed on: %p',
  (answer) => {
    expect(atOnce('when', answer)).toBe(answer);
  },
);

it.each([Promise.resolve(false), Promise.reject(new Error('too late')), withThen(() => undefined)])(
  'a promise of an answer is refused',
  (promise) => {
    expect(() => atOnce('when', promise)).toThrow(
      /^when gave a promise: write a function that answers at once/,
    );
  },
);
