import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { openTestRedis, describeOnServerAndRedis, type TestRedis } from '../conformance/redis.js';
import { until } from '../e2e/until.js';
import { compileLibrary } from './compile-library.js';
import { areUnderWay, expectNothingTwice } from './notes.js';
import { exited, Processes } from './processes.js';

describeOnServerAndRedis('the only process that works, with BullMQ', () => {
  let program: string;
  let processes: Processes;
  let redis: TestRedis;

  beforeAll(async () => {
    program = join(await compileLibrary(), 'test/processes/counting-host.js');
  }, 60_000);
  beforeEach(async () => {
    redis = openTestRedis();
    processes = await Processes.open(program);
  }, 30_000);
  afterEach(async () => {
    await processes.close();
    await redis.close();
  });

  it('dies with -9, and Redis forgets everything: the next process finishes all runs, and repeats no completed step', async () => {
    const settings = { REDIS_PREFIX: redis.prefix, STEP_MILLISECONDS: '200' };
    const sole = await processes.start({ ...settings, ROLE: 'work', RUNS: '0' });
    const front = await processes.start({ ...settings, ROLE: 'start', RUNS: '6' });
    await until('all are under way', async () => areUnderWay(await processes.notes(), 6, 2), 30_000);
    sole.kill('SIGKILL');
    await exited(sole);
    await redis.flush();
    const next = await processes.start({ ...settings, ROLE: 'work', RUNS: '0' });
    // It waits for its results, and has driven none of its runs.
    expect(await exited(front)).toBe(0);
    const notes = await processes.notes();
    expectNothingTwice(notes, 6);
    expect(new Set(notes.map(({ pid }) => pid))).toEqual(new Set([sole.pid, next.pid]));
    expect((await processes.runs()).map(({ status }) => status)).toEqual(Array(6).fill('completed'));
    expect(await processes.chainProblems()).toEqual(Array(6).fill(0));
  }, 60_000);
});
