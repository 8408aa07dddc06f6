import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Input, ModelService, Step, StepContext, StepCtx, Tool, Workflow } from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { Latch, until } from './moments.js';
import { recordsOf } from './records.js';

class Word {
  readonly word!: string;
}

/** Below the tools. */
@Injectable()
class World {
  readonly effects: string[] = [];
  failures = 0;
  readonly latch = new Latch();
}

@Injectable()
class Tools {
  constructor(private readonly world: World) {}

  @Tool({ description: 'Reads', effect: 'none' })
  async read({ word }: Word) {
    this.world.effects.push(`read ${word}`);
    return word.toUpperCase();
  }

  @Tool({ description: 'Writes', effect: 'idempotent' })
  async write({ word }: Word) {
    this.world.effects.push(`write ${word}`);
    return `${word} ${this.world.effects.length}`;
  }

  @Tool({ description: 'Waits', effect: 'idempotent' })
  async wait({ word }: Word) {
    this.world.effects.push(`wait ${word}`);
    await this.world.latch.passed();
    this.world.effects.push(`waited ${word}`);
    return word;
  }

  @Tool({ description: 'Waits and cannot be undone', effect: 'irreversible' })
  async finish({ word }: Word) {
    this.world.effects.push(`finish ${word}`);
    await this.world.latch.passed();
    this.world.effects.push(`finished ${word}`);
    return word;
  }

  @Tool({ description: 'Fails', effect: 'none', retry: { attempts: 1 } })
  async fail({ word }: Word): Promise<string> {
    this.world.effects.push(`fail ${word}`);
    throw new Error(word);
  }
}

type Plan = (tools: Tools, models: ModelService, ctx: StepContext) => Promise<unknown>;

/** What the step of the next run does. */
@Injectable()
class Script {
  plan: Plan = async () => undefined;
}

@Workflow()
class ScriptWorkflow {
  constructor(
    private readonly script: Script,
    private readonly tools: Tools,
    private readonly models: ModelService,
    private readonly world: World,
  ) {}

  @Step({ retry: { attempts: 3, initialDelay: 1 }, timeout: '20s' })
  async act(@Input() _: string, @StepCtx() ctx: StepContext) {
    const result = await this.script.plan(this.tools, this.models, ctx);
    if (this.world.failures > 0) {
      this.world.failures -= 1;
      throw new Error('not this time');
    }
    return result;
  }
}

describe.each(stores)('the call memory (%s)', (store) => {
  let host: Host;
  let world: World;
  beforeAll(async () => {
    host = await openHost(store, [World, Tools, Script, ScriptWorkflow]);
    world = host.t.module.get(World);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    world.effects.length = 0;
    world.failures = 0;
    host.t.models.reset();
  });

  const start = (plan: Plan) => {
    host.t.module.get(Script).plan = plan;
    return host.t.start(ScriptWorkflow, 'x');
  };
  const run = async (plan: Plan) => (await start(plan)).idle();

  it('keeps, over a failed attempt, the calls up to the last that changed something; later ones are made again', async () => {
    world.failures = 1;
    host.t.models.on('before').reply('good');
    host.t.models.on('after').replyOnce('bad').reply('better');
    const result = await run(async (tools, models) => {
      const before = await models.generate({ prompt: 'before' });
      const read = await tools.read({ word: 'a' });
      const written = await tools.write({ word: 'a' });
      const after = await models.generate({ prompt: 'after' });
      await tools.read({ word: 'b' });
      return [before.text, read, written, after.text];
    });
    expect(result).toMatchObject({ output: ['good', 'A', 'a 2', 'better'], usage: { calls: 3 } });
    expect(world.effects).toEqual(['read a', 'write a', 'read b', 'read b']);
    expect(host.t.models.calls.map(({ messages }) => messages[0]?.content)).toEqual([
      'before',
      'after',
      'after',
    ]);
  });

  it('makes all calls again where none has changed anything', async () => {
    world.failures = 1;
    await run(async (tools) => tools.read({ word: 'a' }));
    expect(world.effects).toEqual(['read a', 'read a']);
  });

  it('tells equal calls apart by their order, in loops and in Promise.all', async () => {
    world.failures = 1;
    const result = await run(async (tools) => {
      const one = [];
      for (let round = 0; round < 3; round += 1) one.push(await tools.write({ word: 'x' }));
      return [...one, ...(await Promise.all([1, 2].map(() => tools.write({ word: 'x' }))))];
    });
    expect(result).toMatchObject({ output: ['x 1', 'x 2', 'x 3', 'x 4', 'x 5'] });
    expect(world.effects).toHaveLength(5);
    const calls = await recordsOf(host.t, result.runId, 'call.completed');
    expect(calls.map(({ payload }) => payload.occurrence)).toEqual([0, 1, 2, 3, 4]);
    expect(new Set(calls.map(({ payload }) => payload.key)).size).toBe(5);
  });

  it('does what ctx.once holds once in the life of the step', async () => {
    world.failures = 2;
    const result = await run(async (_tools, _models, ctx) =>
      ctx.once('draw', () => {
        world.effects.push('drawn');
        return { lot: 12 };
      }),
    );
    expect(result).toMatchObject({ output: { lot: 12 } });
    expect(world.effects).toEqual(['drawn']);
    expect(await recordsOf(host.t, result.runId, 'call.completed')).toMatchObject([
      { payload: { kind: 'once', name: 'draw', effect: 'idempotent', result: { lot: 12 } } },
    ]);
  });

  it('gives the same idempotency key to every attempt', async () => {
    world.failures = 2;
    const keys = new Set<string>();
    await run(async (_tools, _models, ctx) => void keys.add(ctx.idempotencyKey));
    expect(keys.size).toBe(1);
  });

  it('does not make a call twice at a time: a failed attempt first waits for what it has left in flight', async () => {
    world.latch.shut();
    const { id } = await start(async (tools) =>
      Promise.all([tools.fail({ word: 'a' }), tools.finish({ word: 'b' })]),
    );
    await until(() => world.effects.includes('finish b') && world.effects.includes('fail a'));
    expect(await recordsOf(host.t, id, 'step.failed')).toEqual([]);
    world.latch.release();
    expect(await host.t.result(id)).toMatchObject({ status: 'failed' });
    expect(world.effects.filter((one) => one.startsWith('finish'))).toEqual(['finish b', 'finished b']);
    expect(await recordsOf(host.t, id, 'review.requested')).toEqual([]);
  });

  it('stops what a failed attempt has left in flight and may be repeated, and makes it again', async () => {
    world.latch.shut();
    const { id } = await start(async (tools) => {
      await Promise.all([
        world.effects.length === 0 ? tools.fail({ word: 'a' }) : undefined,
        tools.wait({ word: 'b' }),
      ]);
      return 'done';
    });
    await until(() => world.effects.filter((one) => one === 'wait b').length === 2);
    world.latch.release();
    expect(await host.t.result(id)).toMatchObject({ status: 'completed', output: 'done' });
    expect(await recordsOf(host.t, id, 'call.failed')).toMatchObject([
      { payload: { name: 'fail' } },
      { payload: { name: 'wait', error: { code: 'STEP_CLOSED' } } },
    ]);
  });

  it("aborts ctx.abortSignal and the calls in flight at the step's time-out", async () => {
    world.latch.shut();
    const aborted: unknown[] = [];
    const { id } = await start(async (tools, _models, ctx) => {
      ctx.abortSignal.addEventListener('abort', () => aborted.push(ctx.abortSignal.reason));
      return tools.wait({ word: 'b' });
    });
    await until(() => world.effects.includes('wait b'));
    await host.t.clock.advance('21s');
    await until(() => world.effects.filter((one) => one === 'wait b').length === 2);
    expect(aborted).toMatchObject([{ code: 'STEP_TIMEOUT' }]);
    world.latch.release();
    expect(await host.t.result(id)).toMatchObject({ status: 'completed', output: 'b' });
    expect(await recordsOf(host.t, id, 'step.failed')).toMatchObject([
      { payload: { error: { code: 'STEP_TIMEOUT' }, final: false } },
    ]);
  });
});
