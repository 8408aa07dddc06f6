import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Provider } from '@nestjs/common';
import { From, Input, type OrchestrationOptions, Step, StepContext, StepCtx, Workflow } from 'nestjs-nestor';
import { bullmqDispatcher } from 'nestjs-nestor/bullmq';
import { openTestRedis, redisIsHere, type TestRedis } from '../conformance/redis.js';
import { onServer, openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { until } from '../e2e/until.js';
import { type Machine, openMachine } from './machine.js';

/** How often each step of each run has been made, whichever machine it was. */
const made = new Map<string, number>();

async function make(name: string, { runId }: StepContext): Promise<string> {
  made.set(`${runId} ${name}`, (made.get(`${runId} ${name}`) ?? 0) + 1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  return name;
}

@Workflow()
class ChainWorkflow {
  @Step() a(@Input() _: number, @StepCtx() context: StepContext) {
    return make('a', context);
  }
  @Step() b(@From('a') _: string, @StepCtx() context: StepContext) {
    return make('b', context);
  }
  @Step() c(@From('b') _: string, @StepCtx() context: StepContext) {
    return make('c', context);
  }
}

@Workflow()
class WaitingWorkflow {
  @Step({ waitFor: 'go' }) done() {
    return 'gone';
  }
}

const providers: Provider[] = [ChainWorkflow, WaitingWorkflow];

(onServer && redisIsHere ? describe : describe.skip)('machines with BullMQ', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let machines: Machine[];

  /** Without the connection over which machines hear of one another, so that wakes can only come over Redis. */
  const open = async (role: OrchestrationOptions['role'], connection: object = redis.connection) => {
    const machine = await openMachine(database.options, providers, {
      role: role ?? 'both',
      dedicatedConnection: false,
      concurrency: 10,
      dispatcher: bullmqDispatcher({ connection, prefix: redis.prefix }),
    });
    machines.push(machine);
    return machine;
  };
  const close = async (machine: Machine) => {
    machines = machines.filter((each) => each !== machine);
    await machine.close();
  };

  beforeAll(async () => {
    database = await openTestDatabase();
    redis = openTestRedis();
    machines = [];
  }, 60_000);

  afterAll(async () => {
    for (const machine of machines) await machine.close();
    await redis.close();
    await database.close();
  }, 60_000);

  it('runs that one starts are driven by another, and at once', async () => {
    const front = await open('start');
    await open('work');
    // The first one finds connections that are not open yet.
    await front.orchestrator.run(ChainWorkflow, 0);
    const times: number[] = [];
    for (let count = 0; count < 8; count += 1) {
      const handle = await front.orchestrator.start(ChainWorkflow, count);
      const begun = performance.now();
      await until('its first step', () => made.has(`${handle.id} a`));
      times.push(performance.now() - begun);
      expect(await handle.result()).toMatchObject({ status: 'completed', output: 'c' });
    }
    // By the sweep alone they would have to wait for half a second on the average.
    expect(times.reduce((sum, time) => sum + time, 0)).toBeLessThan(3_200);
  }, 60_000);

  it('a signal wakes a run that waits, from any machine', async () => {
    const [front] = machines;
    const handle = await front!.orchestrator.start(WaitingWorkflow, null);
    expect(await handle.atRest()).toMatchObject({ status: 'waiting' });
    await front!.orchestrator.handle(handle.id).signal('go');
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'gone' });
  }, 60_000);

  it('nothing is lost or made twice when Redis is emptied and a machine stops in the middle', async () => {
    const front = machines[0]!;
    const leaving = await open('work');
    made.clear();
    const handles = await front.orchestrator.startMany(
      ChainWorkflow,
      Array.from({ length: 60 }, (_, index) => index),
    );
    await until('some are done', () => made.size > 40);
    expect(await redis.flush()).toBeGreaterThan(0);
    await close(leaving);
    await redis.flush();
    const results = await Promise.all(handles.map((handle) => handle.result()));
    expect(results.map(({ status }) => status)).toEqual(handles.map(() => 'completed'));
    expect(made.size).toBe(180);
    expect([...made].filter(([, times]) => times > 1)).toEqual([]);
  }, 60_000);

  it('a machine that cannot reach Redis does its work all the same', async () => {
    for (const machine of machines) await close(machine);
    // Nobody listens there. The client's own timer would keep this process for two seconds after the end.
    const alone = await open('both', { host: '127.0.0.1', port: 1, disconnectTimeout: 10 });
    const results = await Promise.all([1, 2, 3].map((value) => alone.orchestrator.run(ChainWorkflow, value)));
    expect(results.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
  }, 60_000);
});
