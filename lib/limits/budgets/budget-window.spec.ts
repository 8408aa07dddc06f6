import { describe, expect, it } from '@jest/globals';
import { windowAt, windowEnd } from './budget-window.js';

const at = (iso: string) => Date.parse(iso);

describe('the window of a budget', () => {
  it.each([
    ['1h', 'UTC', '2026-11-30T14:59:59.999Z', '2026-11-30T14+00:00', '2026-11-30T15:00:00.000Z'],
    ['1d', 'UTC', '2026-11-30T00:00:00.000Z', '2026-11-30', '2026-12-01T00:00:00.000Z'],
    ['1d', 'Europe/Berlin', '2026-11-30T23:30:00.000Z', '2026-12-01', '2026-12-01T23:00:00.000Z'],
    ['1d', 'America/New_York', '2026-11-30T02:00:00.000Z', '2026-11-29', '2026-11-30T05:00:00.000Z'],
    ['1d', 'Asia/Kolkata', '2026-11-30T18:29:00.000Z', '2026-11-30', '2026-11-30T18:30:00.000Z'],
    ['month', 'Europe/Berlin', '2026-11-30T22:59:59.999Z', '2026-11', '2026-11-30T23:00:00.000Z'],
    ['month', 'UTC', '2028-02-29T12:00:00.000Z', '2028-02', '2028-03-01T00:00:00.000Z'],
    ['1h', 'America/St_Johns', '2026-07-01T00:00:00.000Z', '2026-06-30T21-02:30', '2026-07-01T00:30:00.000Z'],
    ['1h', 'Asia/Kolkata', '2026-11-30T18:29:00.000Z', '2026-11-30T23+05:30', '2026-11-30T18:30:00.000Z'],
  ] as const)('%s in %s at %s is %s, until %s', (window, timeZone, now, name, end) => {
    expect(windowAt(at(now), window, timeZone)).toBe(name);
    expect(new Date(windowEnd(at(now), window, timeZone) ?? 0).toISOString()).toBe(end);
  });

  it('is an hour shorter or longer on the day on which clocks are set', () => {
    const hours = (iso: string) => ((windowEnd(at(iso), '1d', 'Europe/Berlin') ?? 0) - at(iso)) / 3_600_000;
    expect(hours('2026-03-28T23:00:00.000Z')).toBe(23);
    expect(hours('2026-10-24T22:00:00.000Z')).toBe(25);
  });

  it('tells the two hours apart that have one name when clocks are set back', () => {
    const names = ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'].map((iso) =>
      windowAt(at(iso), '1h', 'Europe/Berlin'),
    );
    expect(names).toEqual(['2026-10-25T02+02:00', '2026-10-25T02+01:00']);
  });

  it('is one without an end where none is set', () => {
    expect(windowAt(0, undefined, 'UTC')).toBe('ever');
    expect(windowEnd(0, undefined, 'UTC')).toBeUndefined();
  });
});
