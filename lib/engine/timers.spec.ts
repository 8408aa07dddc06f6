import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Timers } from './timers.js';

describe('the timers of a process', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('do a task again and again, one at a time, also after it has failed', async () => {
    const timers = new Timers();
    let end: (() => void) | undefined;
    let begun = 0;
    timers.every('task', 1_000, () => {
      begun += 1;
      if (begun === 2) return Promise.reject(new Error('no'));
      return new Promise<void>((resolve) => (end = resolve));
    });
    await jest.advanceTimersByTimeAsync(3_000);
    expect(begun).toBe(1);
    end?.();
    await jest.advanceTimersByTimeAsync(2_000);
    expect(begun).toBe(3);
    end?.();
    await timers.stop();
  });

  it('stop once what is being done has ended: nothing of it comes to a database that is gone', async () => {
    const timers = new Timers();
    let end: (() => void) | undefined;
    timers.every('sweep', 1_000, () => new Promise<void>((resolve) => (end = resolve)));
    await jest.advanceTimersByTimeAsync(1_000);
    let hasStopped = false;
    const stopping = timers.stop().then(() => (hasStopped = true));
    await jest.advanceTimersByTimeAsync(5_000);
    expect(hasStopped).toBe(false);
    end?.();
    await stopping;
    expect(hasStopped).toBe(true);
  });
});
