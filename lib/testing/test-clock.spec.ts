import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { TestClock } from './test-clock.js';

describe('TestClock', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('sleeps to the end also where real time passes that end between two looks at the clock', async () => {
    const clock = new TestClock();
    let time = 1_000_000;
    // Each look at the clock finds it two milliseconds later.
    jest.spyOn(Date, 'now').mockImplementation(() => (time += 2));
    await clock.sleep(3);
    expect(clock.offset()).toBeLessThanOrEqual(3);
    expect(clock.now()).toBeGreaterThanOrEqual(1_000_005);
  });

  it('moves on by no more than is left to sleep, and lets the worker live meanwhile', async () => {
    const clock = new TestClock();
    let beats = 0;
    clock.keepAlive = async () => void (beats += 1);
    await clock.sleep(20_000);
    expect(clock.offset()).toBeLessThanOrEqual(20_000);
    expect(beats).toBeGreaterThanOrEqual(4);
  });

  it('stops sleeping when it is aborted', async () => {
    const clock = new TestClock();
    const stop = new AbortController();
    clock.keepAlive = async () => stop.abort();
    await clock.sleep(60_000, stop.signal);
    expect(clock.offset()).toBe(5_000);
  });
});
