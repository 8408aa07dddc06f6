import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Logger, type Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  Agent,
  AgentService,
  type AliasOptions,
  delegate,
  Input,
  ModelCallError,
  type ModelsOptions,
  ModelService,
  OrchestrationModule,
  Step,
  StepContext,
  Tool,
  Workflow,
  type WorkflowClass,
} from 'nestjs-nestor';
import { OrchestrationHarness, OrchestrationTestingModule, ScriptedModel } from 'nestjs-nestor/testing';
import { openTestDatabase, type TestDatabase } from '../database/test-database.js';
import { recordsOf } from '../e2e/gate/records.js';
import { type Store, stores } from '../e2e/host.js';

const busy = (status = 429) => new ModelCallError('busy', { status, transient: true });
const wrong = () => new ModelCallError('no such setting', { status: 400, transient: false });
const tooLong = () =>
  new ModelCallError('too long', { status: 400, transient: false, reason: 'context-length' });

/** Lets a step throw after its calls, once. */
let failsOnce = false;

@Workflow()
class AskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 3, initialDelay: '1s', jitter: 'none' } })
  async ask(@Input() prompt: string, ctx: StepContext) {
    const { model } = await this.models.generate({ prompt });
    await ctx.once('kept', () => model);
    if (failsOnce) {
      failsOnce = false;
      throw new Error('the database is away');
    }
    return model;
  }
}

@Workflow({ budget: { calls: 5, onExceeded: 'degrade', warnAt: 0.4 } })
class FrugalWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async ask(@Input() prompts: string[]) {
    const models: string[] = [];
    for (const prompt of prompts) models.push((await this.models.generate({ prompt })).model);
    return models;
  }
}

@Workflow()
class FrugalStepWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async free() {
    return (await this.models.generate({ prompt: 'a' })).model;
  }

  @Step({ after: 'free', budget: { calls: 4, onExceeded: 'degrade', warnAt: 0.25 } })
  async ask() {
    const first = await this.models.generate({ prompt: 'b' });
    return [first.model, (await this.models.generate({ prompt: 'c' })).model];
  }
}

@Workflow()
class ChildWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async ask() {
    const first = await this.models.generate({ prompt: 'b' });
    return [first.model, (await this.models.generate({ prompt: 'c' })).model];
  }
}

@Workflow({ budget: { calls: 4, onExceeded: 'degrade', warnAt: 0.01 } })
class ParentWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async first() {
    return (await this.models.generate({ prompt: 'a' })).model;
  }

  @Step({ after: 'first', delegate: ChildWorkflow })
  child() {
    return delegate(ChildWorkflow, undefined);
  }
}

@Injectable()
class Desk {
  @Tool({ description: 'Looks', effect: 'none' })
  async look() {
    return 'seen';
  }
}

@Workflow()
class LookWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async ask(@Input() prompt: string) {
    return (await this.models.generate({ prompt, tools: [Desk] })).model;
  }
}

@Agent({ name: 'helper', description: 'Helps', instructions: 'You help.', tools: () => [Desk] })
class HelpAgent {}

@Workflow()
class HelpWorkflow {
  constructor(private readonly agents: AgentService) {}

  @Step()
  async help(@Input() prompt: string) {
    return (await this.agents.run(HelpAgent, prompt)).text;
  }
}

@Workflow()
class VectorWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async embed(@Input() text: string) {
    return (await this.models.embed({ model: 'smart', texts: [text] })).model;
  }
}

@Workflow()
class CachedWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async ask(@Input() model: string) {
    return (await this.models.generate({ prompt: 'a', model, cache: { ttl: '1h' } })).model;
  }
}

const providers: Provider[] = [
  AskWorkflow,
  CachedWorkflow,
  FrugalWorkflow,
  FrugalStepWorkflow,
  ParentWorkflow,
  ChildWorkflow,
  Desk,
  LookWorkflow,
  HelpAgent,
  HelpWorkflow,
  VectorWorkflow,
];

describe.each(stores)('the models of an alias (%s)', (store: Store) => {
  const [dear, cheap] = [new ScriptedModel('dear'), new ScriptedModel('cheap')];
  let t: OrchestrationHarness;
  let database: TestDatabase | undefined;
  beforeEach(() => {
    dear.reset();
    cheap.reset();
    failsOnce = false;
  });
  afterEach(async () => {
    await t.close();
    await database?.close();
    Logger.overrideLogger(['error']);
  });

  async function open(alias: Partial<AliasOptions>, more: Partial<ModelsOptions> = {}) {
    const options = {
      models: {
        providers: [dear, cheap],
        aliases: { smart: { models: ['dear/large', 'cheap/small'], ...alias } },
        default: 'smart',
        retry: { attempts: 1 },
        ...more,
      },
      prices: {
        models: {
          'dear/*': { inputPerMillion: 10, outputPerMillion: 10 },
          'cheap/*': { inputPerMillion: 1, outputPerMillion: 1 },
        },
      },
    };
    if (store === 'database') database = await openTestDatabase();
    const imports = database
      ? [TypeOrmModule.forRoot({ ...database.options, migrations: [] }), OrchestrationModule.forRoot(options)]
      : [OrchestrationTestingModule.forRoot(options)];
    const module = await Test.createTestingModule({ imports, providers }).compile();
    t = await OrchestrationHarness.from(module, { models: 'configured' });
  }
  const ended = async (workflow: WorkflowClass, input?: unknown) => {
    const result = await t.run(workflow, input);
    const { status, runId } = result;
    return {
      status,
      runId,
      output: result.status === 'completed' ? result.output : undefined,
      cause: result.status === 'failed' ? result.error.message : undefined,
    };
  };
  const outputOf = async (workflow: WorkflowClass, input?: unknown) => (await ended(workflow, input)).output;
  const routingOf = async (runId: string) =>
    (await recordsOf(t, runId, 'call.completed')).flatMap(({ payload }) => {
      if (payload.kind !== 'model') return [];
      const { routing } = payload.arguments as { routing?: unknown };
      return [[payload.name, routing]];
    });

  it('are asked in the order of the list, and the record says nothing of it', async () => {
    await open({});
    dear.on('a').reply('yes');
    const run = await ended(AskWorkflow, 'a');
    expect(run.output).toBe('dear/large');
    expect(await routingOf(run.runId)).toEqual([['dear/large', undefined]]);
  });

  it('give a cached answer again, by whatever name and for whatever reason they are asked', async () => {
    await open({ strategy: 'cheapest' }, { default: 'cheap/small' });
    cheap.on('a').reply('yes');
    for (const name of ['cheap/small', 'smart', 'cheap/small'])
      expect(await outputOf(CachedWorkflow, name)).toBe('cheap/small');
    expect(cheap.calls).toHaveLength(1);
  });

  it("are asked by their cost where the strategy is 'cheapest', and the record says so", async () => {
    await open({ strategy: 'cheapest' });
    cheap.on('a').reply('yes');
    const run = await ended(AskWorkflow, 'a');
    expect(run.output).toBe('cheap/small');
    expect(await routingOf(run.runId)).toEqual([['cheap/small', { because: 'cheapest' }]]);
    cheap.on('b').fail(busy());
    dear.on('b').reply('yes');
    expect(await outputOf(AskWorkflow, 'b')).toBe('dear/large');
  });

  it('stay for a conversation: who has answered goes on, and the one that failed is not asked again', async () => {
    await open({ strategy: 'cheapest' });
    cheap.on('a').fail(busy());
    dear
      .on('a')
      .replyOnce({ toolCalls: [{ name: 'look', arguments: {} }] })
      .reply('done');
    expect(await outputOf(LookWorkflow, 'a')).toBe('dear/large');
    expect([cheap.calls.length, dear.calls.length]).toEqual([1, 2]);
  });

  it.each([
    { failure: busy(), leadsOn: true },
    { failure: busy(503), leadsOn: true },
    { failure: busy(500), leadsOn: false },
    { failure: wrong(), leadsOn: false },
  ])("lead on after what 'fallbackOn' lists: $failure.failure.status", async ({ failure, leadsOn }) => {
    await open({ fallbackOn: ['overloaded'] });
    dear.on('a').fail(failure);
    cheap.on('a').reply('yes');
    const run = t.run(AskWorkflow, 'a');
    await t.clock.advance('1m');
    expect((await run).status).toBe(leadsOn ? 'completed' : 'failed');
    expect(cheap.calls.length > 0).toBe(leadsOn);
  });

  it('lead on to one with a larger window where the request is too long', async () => {
    await open(
      { models: ['dear/middle', 'cheap/tiny', 'cheap/huge'] },
      { windows: { 'dear/middle': 8_000, 'cheap/tiny': 4_000, 'cheap/huge': 1_000_000 } },
    );
    dear.on('a').fail(tooLong());
    cheap.on('a').reply('yes');
    expect(await outputOf(AskWorkflow, 'a')).toBe('cheap/huge');
    expect(cheap.calls.map(({ model }) => model)).toEqual(['huge']);
  });

  it('fail where the request is too long and none has a larger window', async () => {
    await open({}, { windows: { 'dear/large': 8_000, 'cheap/small': 4_000 } });
    dear.on('a').fail(tooLong());
    expect(await ended(AskWorkflow, 'a')).toMatchObject({
      status: 'failed',
      cause: expect.stringContaining("All models of the alias 'smart' failed: dear/large: too long"),
    });
    expect([cheap.calls.length, dear.calls.length]).toEqual([0, 1]);
  });

  describe('with a breaker', () => {
    const breaker = { failures: 2, within: '30s', cooldown: '1m' } as const;
    const fail = (model: ScriptedModel, times: number) => {
      const rule = model.on('a');
      for (let count = 0; count < times; count += 1) rule.failOnce(busy());
      rule.reply('yes');
    };

    it('are left out for a while after failures, tried once, and asked again', async () => {
      await open({ breaker });
      fail(dear, 3);
      cheap.on('a').reply('yes');
      const asked = async () => {
        const run = await ended(AskWorkflow, 'a');
        return [run.output, dear.calls.length, (await routingOf(run.runId)).at(-1)?.[1]];
      };
      expect(await asked()).toEqual(['cheap/small', 1, undefined]);
      expect(await asked()).toEqual(['cheap/small', 2, undefined]);
      expect(await asked()).toEqual(['cheap/small', 2, { skipped: ['dear/large'] }]);
      await t.clock.advance('1m');
      // The one that is tried fails, and the next minute begins.
      expect(await asked()).toEqual(['cheap/small', 3, undefined]);
      expect(await asked()).toEqual(['cheap/small', 3, { skipped: ['dear/large'] }]);
      await t.clock.advance('1m');
      expect(await asked()).toEqual(['dear/large', 4, undefined]);
      expect(await asked()).toEqual(['dear/large', 5, undefined]);
    });

    it('are not left out for what is wrong with the request', async () => {
      await open({ breaker });
      dear.on('a').failOnce(wrong()).failOnce(wrong()).failOnce(wrong()).reply('yes');
      cheap.on('a').reply('yes');
      for (let count = 0; count < 3; count += 1) await t.run(AskWorkflow, 'a');
      expect(await outputOf(AskWorkflow, 'a')).toBe('dear/large');
    });

    it('wait in the step where all are left out, and are asked when the first may be', async () => {
      await open({ breaker: { ...breaker, failures: 1 } });
      fail(dear, 1);
      fail(cheap, 1);
      const handle = await t.start(AskWorkflow, 'a');
      await handle.idle();
      expect(await handle.status()).toBe('waiting');
      await t.clock.advance('59s');
      expect([dear.calls.length, cheap.calls.length]).toEqual([1, 1]);
      await t.clock.advance('2s');
      expect(await handle.result()).toMatchObject({ status: 'completed', output: 'dear/large' });
    });

    it('are asked once after a pause, also by many at once', async () => {
      await open({ breaker: { ...breaker, failures: 1 } });
      fail(dear, 2);
      cheap.on('a').reply('yes');
      await t.run(AskWorkflow, 'a');
      await t.clock.advance('1m');
      await Promise.all(Array.from({ length: 5 }, () => t.run(AskWorkflow, 'a')));
      expect(dear.calls).toHaveLength(2);
    });

    it('are left out before another attempt at them', async () => {
      await open({ breaker: { ...breaker, failures: 1 } }, { retry: { attempts: 3, initialDelay: 1 } });
      fail(dear, 2);
      cheap.on('a').reply('yes');
      expect(await outputOf(AskWorkflow, 'a')).toBe('cheap/small');
      expect(dear.calls).toHaveLength(1);
    });

    it('are told apart by their records where calls are known by their place', async () => {
      await open({ breaker: { ...breaker, failures: 1 } });
      fail(dear, 1);
      cheap.on('a').reply('yes');
      await t.run(AskWorkflow, 'a');
      // Now the first of the alias is left out, the second fails, and the process dies before anybody is asked again.
      cheap.on('b').failOnce(busy()).reply('cheap');
      dear.on('b').reply('dear');
      const crashed = t.crashAt('append.after', { after: 2 });
      const handle = await t.start(HelpWorkflow, 'b');
      await crashed;
      expect((await recordsOf(t, handle.id, 'call.failed')).map(({ payload }) => payload.name)).toContain(
        'cheap/small',
      );
      await t.clock.advance('1m');
      await t.recover();
      expect(await handle.result()).toMatchObject({ status: 'completed', output: 'dear' });
    });

    it('answer from the record also while they are left out', async () => {
      await open({ breaker: { ...breaker, failures: 1 } });
      dear.on('a').failOnce(busy()).reply('late');
      cheap.on('a').replyOnce('yes').fail(busy());
      const crashed = t.crashAt('append.before', { after: 3 });
      const handle = await t.start(AskWorkflow, 'a');
      await crashed;
      // Another run finds that the second one is down as well.
      cheap.on('c').fail(busy());
      dear.on('c').reply('yes');
      const other = await t.start(AskWorkflow, 'c');
      await other.idle();
      expect([dear.calls.length, cheap.calls.length]).toEqual([1, 2]);
      await t.recover();
      expect(await handle.result()).toMatchObject({ status: 'completed', output: 'cheap/small' });
      expect([dear.calls.length, cheap.calls.length]).toEqual([1, 2]);
    });

    it('are not chosen again after a crash: what was asked is on record', async () => {
      await open({ breaker: { ...breaker, failures: 1 } });
      fail(dear, 1);
      cheap.on('a').reply('yes');
      await t.run(AskWorkflow, 'a');
      // The step's outcome is not written; the answer is.
      const crashed = t.crashAt('append.before', { after: 2 });
      const handle = await t.start(AskWorkflow, 'a');
      await crashed;
      const before = cheap.calls.length;
      await t.clock.advance('1m');
      await t.recover();
      expect(await handle.result()).toMatchObject({ status: 'completed', output: 'cheap/small' });
      expect([dear.calls.length, cheap.calls.length]).toEqual([1, before]);
    });
  });

  it('are not chosen again by the next attempt of a step: who has answered is on record', async () => {
    await open({});
    dear.on('a').failOnce(busy()).reply('late');
    cheap.on('a').reply('yes');
    failsOnce = true;
    const run = ended(AskWorkflow, 'a');
    await t.clock.advance('1s');
    expect((await run).output).toBe('cheap/small');
    expect([dear.calls.length, cheap.calls.length]).toEqual([1, 1]);
  });

  it('are named rightly where an agent goes on after a crash', async () => {
    await open({ strategy: 'cheapest' });
    cheap.on('a').fail(busy());
    dear
      .on('a')
      .replyOnce({ toolCalls: [{ name: 'look', arguments: {} }] })
      .reply('done');
    // The second answer of the model is not written.
    const crashed = t.crashAt('append.before', { after: 3 });
    const handle = await t.start(HelpWorkflow, 'a');
    await crashed;
    await t.recover();
    expect(await handle.result()).toMatchObject({ status: 'completed', output: 'done' });
    const models = (await recordsOf(t, handle.id, 'call.completed')).flatMap(({ payload }) =>
      payload.kind === 'model' ? payload.name : [],
    );
    expect(models).toEqual(['dear/large', 'dear/large']);
  });

  it('become the cheapest from the soft limit of the budget of a run on', async () => {
    await open({});
    dear.on(/./).reply('yes');
    cheap.on(/./).reply('yes');
    const run = await ended(FrugalWorkflow, ['a', 'b', 'c', 'd']);
    expect(run.output).toEqual(['dear/large', 'dear/large', 'cheap/small', 'cheap/small']);
    expect((await routingOf(run.runId)).map(([, routing]) => routing)).toEqual([
      undefined,
      undefined,
      { because: 'degraded' },
      { because: 'degraded' },
    ]);
  });

  it('become the cheapest from the soft limit of the budget of a step on, and of a parent', async () => {
    await open({});
    dear.on(/./).reply('yes');
    cheap.on(/./).reply('yes');
    expect(await outputOf(FrugalStepWorkflow, undefined)).toEqual(['dear/large', 'cheap/small']);
    expect(await outputOf(ParentWorkflow, undefined)).toEqual(['dear/large', 'cheap/small']);
  });

  it('stay what they were for an answer on record, whatever is left of the budget since', async () => {
    await open({});
    dear.on(/./).reply('yes');
    cheap.on(/./).reply('yes');
    const crashed = t.crashAt('append.before', { after: 3 });
    const handle = await t.start(FrugalWorkflow, ['a', 'b', 'c']);
    await crashed;
    await t.recover();
    expect(await handle.result()).toMatchObject({ output: ['dear/large', 'dear/large', 'cheap/small'] });
    expect([dear.calls.length, cheap.calls.length]).toEqual([2, 1]);
  });

  it('embed by the same rules', async () => {
    await open({ strategy: 'cheapest' });
    const run = await ended(VectorWorkflow, 'a');
    expect(run.output).toBe('cheap/small');
    expect(await routingOf(run.runId)).toEqual([['cheap/small', { because: 'cheapest' }]]);
  });
});
