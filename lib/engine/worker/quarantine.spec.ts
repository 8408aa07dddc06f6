import { beforeEach, describe, expect, it } from '@jest/globals';
import { TestClock } from '../../testing/index.js';
import type { RunRecord } from '../../workflow/index.js';
import { Quarantine } from './quarantine.js';

const record = (type: RunRecord['type']) => ({ type }) as RunRecord;

describe('the slot for poison candidates', () => {
  let clock: TestClock;
  let quarantine: Quarantine;
  let freed = 0;
  let done: (wasThere: boolean) => void;
  const held: string[] = [];
  const hold = (runId: string) =>
    quarantine.hold(runId, () => {
      held.push(runId);
      return new Promise<boolean>((resolve) => (done = resolve));
    });

  beforeEach(() => {
    clock = new TestClock();
    freed = 0;
    held.length = 0;
    quarantine = new Quarantine(clock, () => freed++);
  });

  it('holds one at a time, and says when the next may come', async () => {
    const first = hold('a');
    await hold('b');
    expect(held).toEqual(['a']);
    expect([quarantine.isFree, freed]).toEqual([false, 0]);
    done(true);
    await first;
    expect([quarantine.isFree, freed]).toEqual([true, 1]);
  });

  it('asks for no other one where there was nothing to take: that one may be refused again and again', async () => {
    const first = hold('a');
    done(false);
    await first;
    expect([quarantine.isFree, freed]).toEqual([true, 0]);
  });

  it('is free as soon as the run in it gets on, once', async () => {
    const first = hold('a');
    quarantine.saw('a', [record('run.resumed'), record('call.intended')]);
    quarantine.saw('b', [record('step.completed')]);
    expect(quarantine.isFree).toBe(false);
    quarantine.saw('a', [record('step.completed')]);
    expect([quarantine.isFree, freed]).toEqual([true, 1]);
    done(true);
    await first;
    expect(freed).toBe(1);
  });

  it('is free after ten seconds: a long step must not keep all others waiting', async () => {
    const first = hold('a');
    clock.move(9_000);
    expect(quarantine.isFree).toBe(false);
    clock.move(1_000);
    expect([quarantine.isFree, freed]).toEqual([true, 1]);
    // The second one is not let go of when the first one ends.
    const second = hold('b');
    const endSecond = done;
    expect(quarantine.isFree).toBe(false);
    endSecond(true);
    await second;
    expect(held).toEqual(['a', 'b']);
    void first;
  });

  it('is free again when the work in it fails', async () => {
    await expect(quarantine.hold('a', () => Promise.reject(new Error('no database')))).rejects.toThrow(
      'no database',
    );
    expect(quarantine.isFree).toBe(true);
  });
});
