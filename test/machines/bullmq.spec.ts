import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Provider } from '@nestjs/common';
import { From, Input, type OrchestrationOptions, Step, StepContext, StepCtx, Workflow } from 'nestjs-nestor';
import { bullmqDispatcher } from 'nestjs-nestor/bullmq';
import { RunDispatcher, type Wake } from '../../lib/dispatch/index.js';
import { openTestRedis, describeOnServerAndRedis, type TestRedis } from '../conformance/redis.js';
import { openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { Latch } from '../e2e/latch.js';
import { until } from '../e2e/until.js';
import { type Machine, openMachine } from './machine.js';

/** How often each step of each run has been made, whichever machine it was. */
const made = new Map<string, number>();

/** Steps end when it is open. */
let door = new Latch();
door.open();

async function make(name: string, { runId }: StepContext): Promise<string> {
  made.set(`${runId} ${name}`, (made.get(`${runId} ${name}`) ?? 0) + 1);
  await door.opened;
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

/** Forgets the first wake that it is told, as one does who is killed over it. */
class ForgettingDispatcher extends RunDispatcher {
  constructor(
    private readonly usual: RunDispatcher,
    private readonly forgotten: string[],
  ) {
    super();
  }

  dispatch([first, ...others]: readonly Wake[]): void {
    if (!first) return;
    if (this.forgotten.length > 0) return this.usual.dispatch([first, ...others]);
    this.forgotten.push(first.runId);
    this.usual.dispatch(others);
  }

  listen(...given: Parameters<RunDispatcher['listen']>): Promise<void> {
    return this.usual.listen(...given);
  }

  close(timeoutMs: number): Promise<void> {
    return this.usual.close(timeoutMs);
  }
}

const providers: Provider[] = [ChainWorkflow, WaitingWorkflow];

describeOnServerAndRedis('machines with BullMQ', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let machines: Machine[];

  /** Without the connection over which machines hear of one another, so that wakes can only come over Redis. */
  const open = async (
    role: OrchestrationOptions['role'],
    connection: object = redis.connection,
    dispatcher = bullmqDispatcher({ connection, prefix: redis.prefix }),
  ) => {
    const machine = await openMachine(database.options, providers, {
      role: role ?? 'both',
      dedicatedConnection: false,
      concurrency: 10,
      dispatcher,
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
    const worker = await open('work');
    // What does not come over Redis is not found at all.
    worker.stop('sweep');
    // The first one finds connections that are not open yet.
    await front.orchestrator.run(ChainWorkflow, 0);
    for (let count = 0; count < 8; count += 1) {
      const handle = await front.orchestrator.start(ChainWorkflow, count);
      expect(await handle.result()).toMatchObject({ status: 'completed', output: 'c' });
    }
    await close(worker);
    await open('work');
  }, 60_000);

  it('a signal wakes a run that waits, from any machine', async () => {
    const [front] = machines;
    const handle = await front!.orchestrator.start(WaitingWorkflow, null);
    expect(await handle.idle()).toMatchObject({ status: 'waiting' });
    await front!.orchestrator.handle(handle.id).signal('go');
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'gone' });
  }, 60_000);

  it('nothing is lost or made twice when Redis is emptied and a machine stops in the middle', async () => {
    const front = machines[0]!;
    const leaving = await open('work');
    made.clear();
    door = new Latch();
    const handles = await front.orchestrator.startMany(
      ChainWorkflow,
      Array.from({ length: 60 }, (_, index) => index),
    );
    await until('both are full', () => made.size === 20);
    expect(await redis.flush()).toBeGreaterThan(0);
    const closing = close(leaving);
    door.open();
    await closing;
    await redis.flush();
    const results = await Promise.all(handles.map((handle) => handle.result()));
    expect(results.map(({ status }) => status)).toEqual(handles.map(() => 'completed'));
    expect(made.size).toBe(180);
    expect([...made].filter(([, times]) => times > 1)).toEqual([]);
  }, 60_000);

  it('a run is driven although the process that took its wake out of Redis died before it looked at the run', async () => {
    for (const machine of machines) await close(machine);
    const front = await open('start');
    const forgetful = bullmqDispatcher({ connection: redis.connection, prefix: redis.prefix });
    const forgotten: string[] = [];
    await open('work', redis.connection, (usual) => forgetful(new ForgettingDispatcher(usual, forgotten)));
    const handle = await front.orchestrator.start(ChainWorkflow, 0);
    // What the sweep finds.
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'c' });
    expect(forgotten).toEqual([handle.id]);
  }, 60_000);

  it('a machine that cannot reach Redis does its work all the same', async () => {
    for (const machine of machines) await close(machine);
    // Nobody listens there. The client's own timer would keep this process for two seconds after the end.
    const alone = await open('both', { host: '127.0.0.1', port: 1, disconnectTimeout: 10 });
    const results = await Promise.all([1, 2, 3].map((value) => alone.orchestrator.run(ChainWorkflow, value)));
    expect(results.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
  }, 60_000);
});
