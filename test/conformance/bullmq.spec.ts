import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Job, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { bullmqDispatcher } from '../../lib/bullmq/index.js';
import { SystemClock } from '../../lib/clock/index.js';
import { InProcessDispatcher, type RunDispatcher, type Wake } from '../../lib/dispatch/index.js';
import { Latch } from '../e2e/latch.js';
import { until } from '../e2e/until.js';
import { Hands, wake } from './dispatcher-suite.js';
import { Gateway } from './gateway.js';
import { describeOnRedis, openTestRedis, type TestRedis } from './redis.js';

describe('bullmqDispatcher', () => {
  it('says what is wrong with its options', () => {
    expect(() => bullmqDispatcher({ connection: undefined as never })).toThrow(/'connection' is missing/);
    expect(() => bullmqDispatcher({ connection: {}, prefix: '' })).toThrow(/'prefix' has to be/);
  });
});

describeOnRedis('BullMQ among processes', () => {
  let redis: TestRedis;
  let hands: Hands;
  let opened: RunDispatcher[];
  let warn: jest.SpiedFunction<Logger['warn']>;
  const open = (connection: object = redis.connection): RunDispatcher => {
    const dispatcher = bullmqDispatcher({ connection, prefix: redis.prefix })(
      new InProcessDispatcher(new SystemClock()),
    );
    opened.push(dispatcher);
    return dispatcher;
  };

  beforeEach(() => {
    redis = openTestRedis();
    hands = new Hands();
    opened = [];
    warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  });
  afterEach(async () => {
    hands.endAll();
    await Promise.all(opened.map((dispatcher) => dispatcher.close(100)));
    await redis.close();
    warn.mockRestore();
  });

  it('brings wakes of one process to another', async () => {
    await open().listen(hands.handle, 5);
    const starter = open();
    for (const runId of ['a', 'b', 'c']) starter.dispatch([wake(runId)]);
    await until('all begun', () => hands.begun.toSorted().join() === 'a,b,c');
  });

  it('takes a client that the host has, and leaves it open', async () => {
    const client = new Redis(redis.connection.url, { maxRetriesPerRequest: null });
    const dispatcher = open(client);
    await dispatcher.listen(hands.handle, 5);
    dispatcher.dispatch([wake('a')]);
    await until('a begun', () => hands.begun.join() === 'a');
    hands.endAll();
    await dispatcher.close(1_000);
    expect(await client.ping()).toBe('PONG');
    client.disconnect();
  });

  it('leaves to an idle process what a full one has no room for', async () => {
    const full = open();
    await full.listen(hands.handle, 1);
    full.dispatch([wake('long')]);
    await until('one is full', () => hands.begun.length === 1);
    const idle = new Hands();
    await open().listen(idle.handle, 10);
    for (const runId of ['a', 'b', 'c', 'd']) full.dispatch([wake(runId)]);
    await until('the other has them all', () => idle.begun.length === 4);
    expect(hands.begun).toEqual(['long']);
    idle.endAll();
  });

  it('gives each wake to one process', async () => {
    const counts = new Map<string, number>();
    const count = async ({ runId }: Wake) => void counts.set(runId, (counts.get(runId) ?? 0) + 1);
    const all = [open(), open(), open()];
    for (const dispatcher of all) await dispatcher.listen(count, 10);
    // Slow connections are for other tests: what takes too long is done without Redis, too.
    all[0]?.dispatch([wake('first')]);
    await until('connections are there', () => counts.size === 1);
    const runIds = Array.from({ length: 300 }, (_, index) => `run${index}`);
    all[0]?.dispatch(runIds.map((runId) => wake(runId)));
    await until('all handled', () => counts.size === 301);
    expect([...counts.values()].filter((times) => times > 1)).toEqual([]);
  });

  it('goes on after everything in Redis was deleted', async () => {
    const dispatcher = open();
    await dispatcher.listen(hands.handle, 1);
    dispatcher.dispatch([wake('a')]);
    await until('a begun', () => hands.begun.length === 1);
    dispatcher.dispatch([wake('lost')]);
    await until('it waits in Redis', async () => (await redis.keys()).some((key) => key.includes('lost')));
    expect(await redis.flush()).toBeGreaterThan(0);
    hands.end('a');
    // What the sweep does, which reads the database.
    dispatcher.dispatch([wake('lost'), wake('b')]);
    await until('the lost one begun', () => hands.begun.length === 2);
    hands.end('lost');
    await until('b begun', () => hands.begun.join() === 'a,lost,b');
  });

  it('leaves no job behind that could swallow a later one', async () => {
    const dispatcher = open();
    await dispatcher.listen(hands.handle, 5);
    dispatcher.dispatch([wake('a')]);
    await until('a begun', () => hands.begun.length === 1);
    // The run is being driven, and its job is done already: were this process killed now, none would be in the way.
    const queue = new Queue('wakes', { connection: redis.connection, prefix: redis.prefix });
    await until('no job is there', async () => {
      const counts = await queue.getJobCounts();
      return Object.values(counts).every((number) => number === 0);
    });
    await queue.close();
  });

  describe('while the job of a wake is still being removed', () => {
    let removal: Latch;
    let held: number;
    let spy: jest.SpiedFunction<Job['moveToCompleted']>;
    beforeEach(() => {
      removal = new Latch();
      held = 0;
      const original = Job.prototype.moveToCompleted;
      spy = jest.spyOn(Job.prototype, 'moveToCompleted').mockImplementation(async function (
        this: Job,
        ...given
      ) {
        const { runId } = this.data as Wake;
        if (runId === 'a') {
          held += 1;
          await removal.opened;
        }
        return original.apply(this, given);
      });
    });
    afterEach(() => {
      removal.open();
      spy.mockRestore();
    });

    /** Until wakes that were sent before this call have been queued or ignored by Redis. */
    const arrived = async (starter: RunDispatcher, handled: readonly string[]) => {
      starter.dispatch([wake('marker')]);
      await until('what was sent before is there', () => handled.includes('marker'));
    };
    const times = (handled: readonly string[]) => handled.filter((runId) => runId === 'a').length;

    it('an equal one that comes then is handled, too', async () => {
      const handled: string[] = [];
      await open().listen(async ({ runId }) => void handled.push(runId), 5);
      const starter = open();
      starter.dispatch([wake('a')]);
      await until('its job is being removed', () => held === 1);
      starter.dispatch([wake('a')]);
      await arrived(starter, handled);
      const before = times(handled);
      removal.open();
      await until('the run is looked at after that', () => times(handled) > before);
    });

    it('the run is not kept waiting by a slow Redis, and is looked at once more when the job is gone', async () => {
      const handled: string[] = [];
      await open().listen(async ({ runId }) => void handled.push(runId), 5);
      const starter = open();
      starter.dispatch([wake('a')]);
      await until('the run is looked at', () => times(handled) === 1);
      starter.dispatch([wake('a')]);
      await arrived(starter, handled);
      expect(times(handled)).toBe(1);
      removal.open();
      await until('the run is looked at once more', () => times(handled) === 2);
    });

    it('keeps a place for its run', async () => {
      await open().listen(hands.handle, 2);
      const starter = open();
      starter.dispatch([wake('a')]);
      await until('its job is being removed', () => held === 1);
      starter.dispatch([wake('b')]);
      await until('b begun', () => hands.begun.includes('b'));
      const others = new Hands();
      await open().listen(others.handle, 5);
      starter.dispatch([wake('c')]);
      await until('another process has what there is no room for', () => others.begun.join() === 'c');
      removal.open();
      await until('a begun', () => hands.begun.toSorted().join() === 'a,b');
      others.endAll();
    });
  });

  it('gives the wake of a process that died over it to another one', async () => {
    const dead = new Queue('wakes', { connection: redis.connection, prefix: redis.prefix });
    open().dispatch([wake('a')]);
    await until('it is queued', async () => (await dead.getJobCounts())['prioritized'] === 1);
    // As the script of BullMQ leaves a job whose process was killed before it could say that it is done.
    const { Worker } = await import('bullmq');
    const worker = new Worker('wakes', null, {
      connection: redis.connection,
      prefix: redis.prefix,
      lockDuration: 50,
    });
    expect((await worker.getNextJob('dead'))?.data).toMatchObject({ runId: 'a' });
    await worker.close(true);
    await dead.close();
    await open().listen(hands.handle, 5);
    await until('a begun', () => hands.begun.join() === 'a', 15_000);
  }, 20_000);

  it('skips jobs that others have put under its prefix', async () => {
    const queue = new Queue('wakes', { connection: redis.connection, prefix: redis.prefix });
    await queue.add('something', { of: 'somebody' });
    await queue.close();
    const dispatcher = open();
    await dispatcher.listen(hands.handle, 5);
    dispatcher.dispatch([wake('a')]);
    await until('a begun', () => hands.begun.join() === 'a');
  });

  describe('without Redis', () => {
    let gateway: Gateway;
    const rejections: unknown[] = [];
    const note = (reason: unknown) => void rejections.push(reason);
    beforeEach(async () => {
      const { hostname, port } = new URL(redis.connection.url);
      gateway = new Gateway({ host: hostname, port: Number(port || 6379) });
      await gateway.open();
      rejections.length = 0;
      process.on('unhandledRejection', note);
    });
    afterEach(async () => {
      // Where rejections that nobody handles are told.
      await nextTurn();
      process.off('unhandledRejection', note);
      await gateway.shut();
      expect(rejections).toEqual([]);
    });
    const throughGateway = () => ({ host: '127.0.0.1', port: gateway.port });

    it('begins, works by itself, and ends in time', async () => {
      await gateway.shut();
      const dispatcher = open(throughGateway());
      await dispatcher.listen(hands.handle, 5);
      for (const runId of ['a', 'b', 'c']) dispatcher.dispatch([wake(runId)]);
      await until('all begun', () => hands.begun.toSorted().join() === 'a,b,c');
      // Now it knows.
      dispatcher.dispatch([wake('d'), wake('e')]);
      await until('those, too', () => hands.begun.toSorted().join() === 'a,b,c,d,e');
      const said = warn.mock.calls.filter(([message]) => String(message).includes('Redis is out of reach'));
      expect(said).toHaveLength(1);
      hands.endAll();
      // Longer than this test may take.
      await dispatcher.close(60_000);
    }, 20_000);

    it('does what comes meanwhile by itself, and goes over Redis again when it is back', async () => {
      const dispatcher = open(throughGateway());
      await dispatcher.listen(hands.handle, 10);
      dispatcher.dispatch([wake('before')]);
      await until('before', () => hands.begun.length === 1);
      await gateway.shut();
      for (const runId of ['a', 'b']) dispatcher.dispatch([wake(runId)]);
      await until('meanwhile', () => ['a', 'b'].every((runId) => hands.begun.includes(runId)));
      await gateway.open();
      const other = new Hands();
      await open().listen(other.handle, 1_000);
      let number = 0;
      await until(
        'a wake of it comes to another process',
        () => {
          dispatcher.dispatch([wake(`after${(number += 1)}`)]);
          return other.begun.some((runId) => runId.startsWith('after'));
        },
        15_000,
      );
      other.endAll();
    }, 20_000);

    it('takes wakes of others again when it is back', async () => {
      const starter = open();
      await open(throughGateway()).listen(hands.handle, 1_000);
      starter.dispatch([wake('before')]);
      await until('before', () => hands.begun.length === 1);
      await gateway.shut();
      starter.dispatch([wake('meanwhile')]);
      await until('it waits in Redis', async () =>
        (await redis.keys()).some((key) => key.includes('meanwhile')),
      );
      await gateway.open();
      await until('meanwhile', () => hands.begun.includes('meanwhile'), 15_000);
    }, 20_000);

    it('ends in time when it goes away for good', async () => {
      const dispatcher = open(throughGateway());
      await dispatcher.listen(hands.handle, 5);
      dispatcher.dispatch([wake('a')]);
      await until('a begun', () => hands.begun.length === 1);
      await gateway.shut();
      hands.endAll();
      // Longer than this test may take.
      await dispatcher.close(60_000);
    }, 20_000);
  });
});
