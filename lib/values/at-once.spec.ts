import { expect, it } from '@jest/globals';
import { atOnce } from './at-once.js';

it.each([true, false, 0, '', undefined, null, { then: 'a word' }, [1]])(
  'an answer is handed on: %p',
  (answer) => {
    expect(atOnce('when', answer)).toBe(answer);
  },
);

it.each([Promise.resolve(false), Promise.reject(new Error('too late')), { then: () => undefined }])(
  'a promise of an answer is refused',
  (promise) => {
    expect(() => atOnce('when', promise)).toThrow(
      /^when gave a promise: write a function that answers at once/,
    );
  },
);
