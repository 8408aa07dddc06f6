import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeOnServer } from '../database/test-database.js';
import { until } from '../e2e/until.js';
import { compileLibrary } from './compile-library.js';
import { areUnderWay, expectNothingTwice, groups, steps } from './notes.js';
import { exited, Processes } from './processes.js';

/** Milliseconds after which what never comes is given up. */
const patience = 30_000;

describeOnServer('of two processes on one PostgreSQL server', () => {
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
    until('all are under way', async () => areUnderWay(await processes.notes(), runs, count), patience);
  const untilTakenOver = (runs: number) =>
    until('the other one has taken them', async () => (await groupsOf(other)).length === runs, patience);
  const untilCompleted = () => until('all completed', allCompleted, patience);

  it('the runs of one that is killed with -9 go on in the other, which does not wait for its heartbeat to age', async () => {
    other = await processes.start({ RUNS: '0', STEP_MILLISECONDS: '300' });
    const killed = await processes.start({ RUNS: '4', STEP_MILLISECONDS: '300' });
    await underWay(4, 2);
    killed.kill('SIGKILL');
    await exited(killed);
    // Nothing but its lock, which went with its connection, can tell of its end.
    await processes.setHeartbeatAge(killed, -3_600);
    await untilTakenOver(4);
    await untilCompleted();
    const notes = await processes.notes();
    expectNothingTwice(notes, 4);
    expect(await processes.chainProblems()).toEqual([0, 0, 0, 0]);
  }, 60_000);

  it('the runs of one that is frozen continue in the other after its heartbeat; thawed, it writes nothing and repeats nothing', async () => {
    other = await processes.start({ RUNS: '0', STEP_MILLISECONDS: '300' });
    const frozen = await processes.start({ RUNS: '3', STEP_MILLISECONDS: '300' });
    await underWay(3, 2);
    frozen.kill('SIGSTOP');
    // It still holds its lock, so the search for dead workers leaves it alone.
    const leases = processes.leases();
    await leases.reapDead();
    for (const { id } of await processes.runs()) expect(await leases.claim(id)).toBeUndefined();
    expect(await groupsOf(other)).toEqual([]);
    await processes.setHeartbeatAge(frozen, 15);
    await untilTakenOver(3);
    await untilCompleted();
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
    const barrier = await processes.barrier();
    const blocked = await processes.start({ RUNS: '1', BLOCKED_WHILE: barrier });
    other = await processes.start({ RUNS: '0' });
    await until('it is blocked', async () => (await processes.notes()).at(-1)?.step === 'b', patience);
    await processes.setHeartbeatAge(blocked, 7);
    const [run] = await processes.runs();
    const leases = processes.leases();
    await leases.reapDead();
    expect(await leases.claim(run!.id)).toBeUndefined();
    await rm(barrier);
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
    await exited(ending);
    await untilCompleted();
    const notes = await processes.notes();
    // Nothing was cut: every step was begun once and ended once, in one of the two.
    for (const event of ['begins', 'ends'] as const) {
      const executions = notes
        .filter((note) => note.event === event)
        .map(({ run, step }) => `${run} ${step}`);
      expect(executions).toHaveLength(20);
      expect(new Set(executions).size).toBe(20);
    }
    // Handed over, not taken from a dead one.
    expect((await processes.runs()).map(({ recoveryCount }) => recoveryCount)).toEqual([0, 0, 0, 0]);
    // It has not stayed until its runs had ended.
    expect(await groupsOf(other)).toHaveLength(4);
    other.kill('SIGTERM');
    await exited(other);
  }, 60_000);
});
