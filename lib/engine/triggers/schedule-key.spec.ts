import { expect, it } from '@jest/globals';
import { scheduleKey } from './schedule-key.js';

const due = Date.parse('2026-11-29T08:00:00.000Z');
const morning = { cron: '0 8 * * *', input: 'a' };

it('schedules that differ in anything have different keys, whatever their order', () => {
  const others = [
    { ...morning, input: 'b' },
    { ...morning, timeZone: 'Europe/Vienna' },
  ];
  const all = [morning, ...others];
  const keys = all.map((one) => scheduleKey(all, one, due));
  expect(new Set(keys).size).toBe(3);
  expect(all.map((one) => scheduleKey(all.toReversed(), one, due))).toEqual(keys);
});

it('schedules that nothing tells apart are counted, so that each starts its run', () => {
  const twice = [{ ...morning }, { ...morning }];
  const keys = twice.map((one) => scheduleKey(twice, one, due));
  expect(keys[0]).toMatch(/^start-every 0 8 \* \* \* [0-9a-f]{16}\.0 2026-11-29T08:00:00\.000Z$/);
  expect(keys[1]).toBe(keys[0]?.replace('.0 ', '.1 '));
});

it('another time is another key, and a schedule that is not in the list is the first of its kind', () => {
  expect(scheduleKey([morning], morning, due + 1)).not.toBe(scheduleKey([morning], morning, due));
  expect(scheduleKey([], morning, due)).toBe(scheduleKey([morning], morning, due));
});
