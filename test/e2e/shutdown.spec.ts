import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { From, type OrchestrationOptions, Step, StepContext, Workflow } from 'nestjs-nestor';
import { Engine } from '../../lib/engine/index.js';
import { openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { type Host, openHost } from './host.js';
import { Latch } from './latch.js';
import { until } from './until.js';

let begun = new Latch<StepContext>();
let end = new Latch();
let keys: string[] = [];
let firsts = 0;
let lasts = 0;

@Workflow()
class SlowWorkflow {
  @Step() first() {
    firsts += 1;
    return 1;
  }

  @Step() async slow(@From('first') n: number, ctx: StepContext) {
    keys.push(ctx.idempotencyKey);
    begun.open(ctx);
    await end.opened;
    return n + 1;
  }

  @Step() last(@From('slow') n: number) {
    lasts += 1;
    return n + 1;
  }
}

describe('a shutdown in the middle of a step', () => {
  let database: TestDatabase;
  const hosts: Host[] = [];
  const open = async (options: OrchestrationOptions = {}) => {
    const host = await openHost('database', [SlowWorkflow], options, { database });
    hosts.push(host);
    return host;
  };
  beforeEach(async () => {
    begun = new Latch();
    end = new Latch();
    keys = [];
    firsts = 0;
    lasts = 0;
    database = await openTestDatabase();
  });
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.close().catch(() => undefined)));
    await database.close();
  });

  it('lets it end and starts nothing new; the next process finishes the run', async () => {
    const one = await open();
    const { id } = await one.t.start(SlowWorkflow, null);
    await begun.opened;
    const drain = jest.spyOn(one.t.module.get(Engine, { strict: false }).worker, 'drain');
    const closing = one.close();
    await until('the shutdown reaches the worker', () => drain.mock.calls.length > 0);
    end.open();
    await closing;
    expect(lasts).toBe(0);
    const two = await open();
    const result = await two.t.orchestrator.handle(id).result();
    expect(result).toMatchObject({ status: 'completed', output: 3 });
    expect(firsts).toBe(1);
    expect(keys).toHaveLength(1);
    expect((await two.t.history(id)).filter((line) => line.startsWith('step.'))).toEqual([
      'step.completed first',
      'step.completed slow',
      'step.completed last',
    ]);
  });

  it.each<[how: string, options: OrchestrationOptions, atMost: number]>([
    ['after ten seconds', {}, 15],
    ['after drainTimeout', { drainTimeout: '3s' }, 8],
  ])(
    'that takes too long aborts it %s; the next process attempts it again under the same key',
    async (_, options, atMost) => {
      const one = await open(options);
      const { id } = await one.t.start(SlowWorkflow, null);
      const ctx = await begun.opened;
      let isClosed = false;
      void one.close().then(() => (isClosed = true));
      // The connections of the process end meanwhile.
      for (let seconds = 0; seconds < atMost && !isClosed; seconds++)
        await one.t.clock.advance('1s').catch(() => undefined);
      await until('the end of the first process', () => isClosed);
      expect(ctx.abortSignal.aborted).toBe(true);
      end.open();
      const two = await open();
      // Its clock has to get to where that of the first one was.
      await two.t.clock.advance('1m');
      expect(await two.t.orchestrator.handle(id).result()).toMatchObject({ status: 'completed', output: 3 });
      expect(firsts).toBe(1);
      expect(keys).toHaveLength(2);
      expect(new Set(keys).size).toBe(1);
    },
  );
});
