import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { succeedsWithin } from './succeeds-within.js';

/** Nothing else happens in this process for that long. */
function block(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

describe('within', () => {
  it('tells a good end from a bad one, and from none', async () => {
    expect(await succeedsWithin(60_000, Promise.resolve())).toBe(true);
    expect(await succeedsWithin(60_000, Promise.reject(new Error('broken')))).toBe(false);
    expect(await succeedsWithin(1, new Promise(() => undefined))).toBe(false);
  });

  it('does not take an answer for late that came while this process was busy', async () => {
    // From here timers are looked at first, and then what else has come.
    await nextTurn();
    const answer = nextTurn();
    const inTime = succeedsWithin(1, answer);
    block(5);
    expect(await inTime).toBe(true);
  });
});
