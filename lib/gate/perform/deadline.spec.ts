import { describe, expect, it } from '@jest/globals';
import type { Clock } from '../../clock/index.js';
import { AbortSource } from './abort-source.js';
import { Deadline } from './deadline.js';

/** A clock that stands still until it is moved; nothing ever rings. */
function deadlineOf(limits: { timeout?: number; idleTimeout?: number }) {
  const clock = {
    time: 0,
    timers: 0,
    monotonic: () => clock.time,
    after: () => ({ cancel: () => void (clock.timers -= 1), set: (clock.timers += 1) }),
  };
  const outside = new AbortSource();
  const deadline = new Deadline(clock as unknown as Clock, { ...limits, outside, where: () => 'the step' });
  return { clock, deadline };
}

const never = new Promise<never>(() => undefined);

describe('the time that is left to a body of code', () => {
  it.each([
    [{ timeout: 100 }, 70],
    [{ idleTimeout: 100 }, 70],
    [{ timeout: 100, idleTimeout: 50 }, 20],
    [{ timeout: 50, idleTimeout: 100 }, 20],
    [{}, Infinity],
  ])('of %j is %d ms after 30 ms', (limits, left) => {
    const { clock, deadline } = deadlineOf(limits);
    void deadline.race(never);
    clock.time = 30;
    expect(deadline.remaining()).toBe(left);
    deadline.release();
  });

  it.each([
    ['gives a value', Promise.resolve(1)],
    ['fails', Promise.reject(new Error('it fails'))],
  ])('needs no timer any more once the body %s', async (_what, work) => {
    const { clock, deadline } = deadlineOf({ timeout: 100, idleTimeout: 50 });
    await deadline.race(work).catch(() => undefined);
    expect(clock.timers).toBe(0);
  });

  it('grows with a sign of life, up to the whole timeout', () => {
    const { clock, deadline } = deadlineOf({ timeout: 100, idleTimeout: 50 });
    void deadline.race(never);
    clock.time = 40;
    deadline.heartbeat();
    expect(deadline.remaining()).toBe(50);
    clock.time = 80;
    deadline.heartbeat();
    expect(deadline.remaining()).toBe(20);
    deadline.release();
  });

  it('stands still while something with limits of its own is performed, begun before it or in it', () => {
    const { clock, deadline } = deadlineOf({ timeout: 100, idleTimeout: 50 });
    deadline.pause();
    void deadline.race(never);
    clock.time = 1_000;
    expect([deadline.remaining(), clock.timers]).toEqual([Infinity, 0]);
    deadline.resume();
    clock.time = 1_010;
    expect(deadline.remaining()).toBe(40);
    deadline.pause();
    deadline.pause();
    deadline.heartbeat();
    clock.time = 9_000;
    deadline.resume();
    expect([deadline.remaining(), clock.timers]).toEqual([Infinity, 0]);
    deadline.resume();
    clock.time = 9_030;
    expect(deadline.remaining()).toBe(20);
    clock.time = 9_049;
    deadline.heartbeat();
    clock.time = 9_060;
    expect(deadline.remaining()).toBe(30);
    deadline.pause();
    deadline.release();
    deadline.resume();
    expect(clock.timers).toBe(0);
  });
});
