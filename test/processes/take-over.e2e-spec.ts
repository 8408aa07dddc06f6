import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { onServer } from '../database/test-database.js';
import { compileLibrary } from './compile-library.js';
import { areUnderWay, expectNothingTwice, groups, steps } from './notes.js';
import { exited, Processes } from './processes.js';

(onServer ? describe : describe.skip)('of two processes on one PostgreSQL server', () => {
  let program: string;
  let processes: Processes;
  let other: ChildProcess;

  beforeAll(async () => {
    program = join(await compileLibrary(), 'test/processes/counting-host.js');
  }, 60_000);

  beforeEach(async () => {
    processes = await Processes.open(program);
  }, 30_000);
  afterEach(() => processes.close());

  const allCompleted = async () => {
    const runs = await processes.runs();
    return runs.length > 0 && runs.every(({ status }) => status === 'completed');
  };
  const groupsOf = async ({ pid }: ChildProcess) =>
    groups((await processes.notes()).filter((note) => note.pid === pid));
  const underWay = (runs: number, count: number) =>
    processes.until(async () => areUnderWay(await processes.notes(), runs, count));

  it('the runs of one that is killed with -9 go on in the other within 3 seconds', async () => {
    other = await processes.start({ RUNS: '0', STEP_MILLISECONDS: '300' });
    const killed = await processes.start({ RUNS: '4', STEP_MILLISECONDS: '300' });
    await underWay(4, 2);
    killed.kill('SIGKILL');
    const killedAt = Date.now();
    await processes.until(async () => (await groupsOf(other)).length === 4);
    expect(Date.now() - killedAt).toBeLessThan(3_000);
    await processes.until(allCompleted);
    const notes = await processes.notes();
    expectNothingTwice(notes, 4);
    expect(await processes.chainProblems()).toEqual([0, 0, 0, 0]);
  }, 60_000);

  it('the runs of one that is frozen go on in the other after its heartbeat; thawed, it writes nothing and repeats nothing', async () => {
    other = await processes.start({ RUNS: '0', STEP_MILLISECONDS: '300' });
    const frozen = await processes.start({ RUNS: '3', STEP_MILLISECONDS: '300' });
    await underWay(3, 2);
    frozen.kill('SIGSTOP');
    const frozenAt = Date.now();
    await processes.until(async () => (await groupsOf(other)).length === 3);
    // It still holds its lock. Its last heartbeat was up to 3 s old when it froze.
    expect(Date.now() - frozenAt).toBeGreaterThan(11_000);
    expect(Date.now() - frozenAt).toBeLessThan(18_000);
    await processes.until(allCompleted);
    const heads = (await processes.runs()).map(({ id, seq, headHash }) => ({ id, seq, headHash }));
    const before = await processes.notes();
    frozen.kill('SIGCONT');
    expect(await exited(frozen)).toBe(0);
    const after = (await processes.notes()).slice(before.length);
    // The steps that it was in the middle of end, and nobody reads what they came to. It begins none.
    expect(after.filter(({ event }) => event === 'begins')).toEqual([]);
    expect((await processes.runs()).map(({ id, seq, headHash }) => ({ id, seq, headHash }))).toEqual(heads);
    expectNothingTwice(before, 3);
    expect(await processes.chainProblems()).toEqual([0, 0, 0]);
  }, 60_000);

  it('one whose event loop is blocked for some seconds keeps its runs', async () => {
    const blocked = await processes.start({ RUNS: '1', BLOCK_MILLISECONDS: '7000' });
    other = await processes.start({ RUNS: '0' });
    expect(await exited(blocked)).toBe(0);
    const notes = await processes.notes();
    expect(notes.filter(({ event }) => event === 'ends').map(({ step }) => step)).toEqual(steps);
    expect(new Set(notes.map(({ pid }) => pid))).toEqual(new Set([blocked.pid]));
    expect(
      (await processes.runs()).map(({ leaseEpoch, recoveryCount }) => [leaseEpoch, recoveryCount]),
    ).toEqual([[1, 0]]);
  }, 60_000);

  it('one that is told to end finishes the steps that it is in, and the other does the rest', async () => {
    other = await processes.start({ RUNS: '0', STEP_MILLISECONDS: '50' });
    const ending = await processes.start({ RUNS: '4', STEP_MILLISECONDS: '700' });
    await underWay(4, 2);
    ending.kill('SIGTERM');
    const toldAt = Date.now();
    await exited(ending);
    expect(Date.now() - toldAt).toBeLessThan(5_000);
    await processes.until(allCompleted);
    const notes = await processes.notes();
    // Nothing was cut: every step was begun once and ended once, in one of the two.
    for (const event of ['begins', 'ends'] as const) {
      const executions = notes
        .filter((note) => note.event === event)
        .map(({ run, step }) => `${run} ${step}`);
      expect(executions).toHaveLength(20);
      expect(new Set(executions).size).toBe(20);
    }
    expect((await processes.runs()).map(({ recoveryCount }) => recoveryCount)).toEqual([0, 0, 0, 0]);
    // Handed over, not found by chance.
    const last = Math.max(...notes.filter(({ pid }) => pid === ending.pid).map(({ at }) => at));
    const first = Math.min(...notes.filter(({ pid }) => pid === other.pid).map(({ at }) => at));
    expect(first - last).toBeLessThan(2_500);
    other.kill('SIGTERM');
    await pause(0);
    await exited(other);
  }, 60_000);
});
