import { describe, expect, it } from '@jest/globals';
import { freshSalt } from './salt.js';

describe('a salt', () => {
  it('is a UUID in the form in which PostgreSQL gives it back', () => {
    for (let count = 0; count < 1_000; count++)
      expect(freshSalt()).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('never comes twice, also when the random bytes have been used up', () => {
    expect(new Set(Array.from({ length: 2_000 }, freshSalt)).size).toBe(2_000);
  });

  it('has chance in each of its digits', () => {
    const salts = Array.from({ length: 500 }, freshSalt);
    const kinds = [...salts[0]!].map((_, place) => new Set(salts.map((salt) => salt[place])).size);
    expect(kinds.map((count) => (count === 1 ? 1 : 16))).toEqual(
      [...'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'].map((kind) => (kind === 'x' ? 16 : 1)),
    );
  });
});
