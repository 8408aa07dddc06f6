import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Logger } from '@nestjs/common';
import { TestClock } from '../../testing/test-clock.js';
import { afterFailure, Breaker, type BreakerState, closed, cooldownOf } from './breaker.js';

const settings = { failures: 3, within: 30_000, cooldown: 60_000 };
const after = (times: readonly number[], from: BreakerState = closed) =>
  times.reduce((state, at) => afterFailure(state, settings, at), from);

describe('a breaker', () => {
  it('says in the log that a model is left out, and that it answers again', () => {
    const said: unknown[] = [];
    const note = (message: unknown) => void said.push(message);
    Logger.overrideLogger({ log: note, warn: note, error: note });
    const clock = new TestClock();
    const breaker = new Breaker('alpha/small', 'smart', { failures: 2 }, clock);
    breaker.failed();
    breaker.answered();
    breaker.failed();
    expect([breaker.admits(), said]).toEqual([false, [expect.stringContaining('alpha/small')]]);
    clock.move('1m');
    expect(breaker.admits()).toBe(true);
    breaker.answered();
    expect(said.at(-1)).toBe("alpha/small of the alias 'smart' answers again.");
    Logger.overrideLogger(['error']);
  });

  it('opens with the failure that makes enough of them within the time', () => {
    expect(cooldownOf(after([0, 1]), settings, 1)).toBe(0);
    expect(cooldownOf(after([0, 1, 2]), settings, 2)).toBe(60_000);
    expect(cooldownOf(after([0, 1, 2]), settings, 60_001)).toBe(1);
    expect(cooldownOf(after([0, 1, 2]), settings, 60_002)).toBe(0);
  });

  it('does not count what is longer ago', () => {
    expect(after([0, 1, 30_001]).openedAt).toBeUndefined();
    expect(after([0, 1, 29_999]).openedAt).toBe(29_999);
  });

  it('stays open for another time where the request fails that is tried', () => {
    const open = after([0, 1, 2]);
    expect(cooldownOf(after([70_000], open), settings, 70_000)).toBe(60_000);
  });

  it('is open only after enough failures within one time, and never holds more than it has to', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20_000), { maxLength: 30 }), (gaps) => {
        let now = 0;
        let state = closed;
        const times: number[] = [];
        for (const gap of gaps) {
          now += gap;
          times.push(now);
          state = afterFailure(state, settings, now);
          expect(state.failures.length).toBeLessThan(settings.failures);
          if (state.openedAt !== undefined) break;
        }
        const isDue = times.some((at, index) => at - (times[index - 2] ?? -Infinity) < settings.within);
        expect(state.openedAt !== undefined).toBe(isDue);
      }),
    );
  });
});
