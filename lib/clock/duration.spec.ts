import { describe, expect, it, jest } from '@jest/globals';
import { type Duration, longestDuration, milliseconds } from './duration.js';
import { SystemClock } from './system-clock.js';

describe('a duration', () => {
  it.each([
    ['0ms', 0],
    ['2d', 172_800_000],
    [1.5, 1.5],
    [longestDuration, longestDuration],
    ['36500d', longestDuration],
  ] as const)('is read: %p', (duration, expected) => {
    expect(milliseconds(duration)).toBe(expected);
  });

  it.each([9e15, Number.MAX_VALUE, '101y', '40000d', longestDuration + 1])(
    'is refused where it is beyond the calendar: %p',
    (duration) => {
      expect(() => milliseconds(duration as Duration)).toThrow(/is longer than 100 years/);
    },
  );

  it.each([-1, Number.NaN, Infinity, '-1s', 'soon', ''])('is refused: %p', (duration) => {
    expect(() => milliseconds(duration as Duration)).toThrow(RangeError);
  });
});

it('a deadline beyond the longest timer of Node fires when it is due, and not before', () => {
  jest.useFakeTimers();
  try {
    const fire = jest.fn();
    new SystemClock().after(milliseconds('60d'), fire);
    jest.advanceTimersByTime(milliseconds('59d'));
    expect(fire).not.toHaveBeenCalled();
    jest.advanceTimersByTime(milliseconds('1d') + 1);
    expect(fire).toHaveBeenCalledTimes(1);
  } finally {
    jest.useRealTimers();
  }
});
