import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { validate, version } from 'uuid';
import { newId } from './identifier.js';

afterEach(() => void jest.restoreAllMocks());

describe('newId', () => {
  it('makes UUIDs of version 7 that sort in the order in which they were made', () => {
    const ids = Array.from({ length: 5_000 }, newId);
    expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('goes on behind the last one when somebody has set the clock back', () => {
    const before = newId();
    jest.spyOn(Date, 'now').mockReturnValue(0);
    expect(newId() > before).toBe(true);
  });
});
