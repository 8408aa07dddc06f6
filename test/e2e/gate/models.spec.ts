import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { IsIn, IsString } from 'class-validator';
import {
  Input,
  ModelCallError,
  ModelService,
  type OrchestrationOptions,
  Orchestrator,
  type RunEvent,
  Step,
  StepContext,
  StepCtx,
  Tool,
  Workflow,
} from 'nestjs-nestor';
import { OrchestrationHarness, OrchestrationTestingModule, ScriptedModel } from 'nestjs-nestor/testing';
import { type Host, openHost, stores } from '../host.js';
import { recordsOf } from './records.js';

class Topic {
  @IsIn(['billing', 'shipping']) topic!: string;
  @IsString() why!: string;
}

class Word {
  @IsString() word!: string;
}

@Injectable()
class Shelf {
  readonly asked: string[] = [];

  @Tool({ description: 'Looks up', effect: 'none', retry: { attempts: 1 } })
  async lookUp({ word }: Word) {
    this.asked.push(word);
    if (word === 'broken') throw new Error('the shelf has fallen');
    return `entry of ${word}`;
  }
}

@Workflow()
class AskWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async ask(@Input() prompt: string) {
    const { text, model, cost } = await this.models.generate({ prompt, maxTokens: 10 });
    return { text, model, cost };
  }
}

@Workflow()
class ClassifyWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async classify(@Input() prompt: string) {
    const { output } = await this.models.generate({ prompt, output: Topic });
    return output instanceof Topic ? output.topic : 'no instance';
  }
}

@Workflow()
class ToolsWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async talk(@Input() prompt: string) {
    const { text, toolCalls } = await this.models.generate({ prompt, tools: [Shelf], maxTurns: 3 });
    return { text, tools: toolCalls.map(({ name, isError }) => `${name}${isError ? '!' : ''}`) };
  }
}

@Workflow()
class StreamWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step()
  async talk(@Input() prompt: string, @StepCtx() ctx: StepContext) {
    const stream = this.models.stream({ prompt });
    const heard = [];
    for await (const delta of stream) heard.push(delta.type === 'text' ? delta.text : delta.type);
    ctx.progress(heard.length);
    return { heard, text: (await stream.result).text };
  }
}

const workflows = [AskWorkflow, ClassifyWorkflow, ToolsWorkflow, StreamWorkflow, Shelf];
const busy = (retryAfter?: number) =>
  new ModelCallError('busy', {
    status: 429,
    transient: true,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });

describe.each(stores)('models, from a step (%s)', (store) => {
  let host: Host;
  let shelf: Shelf;
  beforeAll(async () => {
    host = await openHost(store, workflows, {
      prices: { models: { 'scripted/*': { inputPerMillion: 1e6, outputPerMillion: 2e6 } } },
    });
    shelf = host.t.module.get(Shelf);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    host.t.models.reset();
    shelf.asked.length = 0;
  });

  const usage = { inputTokens: 3, outputTokens: 2 };

  it('account for tokens and money in the call, the step, the run and its row', async () => {
    host.t.models.on('hi').reply({ answer: { text: 'hello', usage } });
    const result = await host.t.run(AskWorkflow, 'hi');
    const used = { calls: 1, inputTokens: 3, outputTokens: 2, usd: 7 };
    expect(result).toMatchObject({ output: { text: 'hello', cost: 7 }, usage: used });
    expect(await recordsOf(host.t, result.runId, 'call.completed')).toMatchObject([
      { payload: { usage: used } },
    ]);
    expect(await recordsOf(host.t, result.runId, 'step.completed')).toMatchObject([
      { payload: { usage: used } },
    ]);
    const { items } = await host.t.module.get(Orchestrator).find({ workflow: 'ask', limit: 1 });
    expect(items).toMatchObject([{ id: result.runId, usage: used }]);
  });

  it('are asked again after a failure that may pass, no sooner than they have asked for', async () => {
    host.t.models.on('hi').failOnce(busy(45_000)).reply('at last');
    const before = host.t.clock.now();
    expect(await host.t.run(AskWorkflow, 'hi')).toMatchObject({ output: { text: 'at last' } });
    expect(host.t.clock.now() - before).toBeGreaterThanOrEqual(45_000);
    expect(host.t.models.calls).toHaveLength(2);
  });

  it('are asked three times at most', async () => {
    host.t.models.on('hi').fail(busy());
    const result = await host.t.run(AskWorkflow, 'hi');
    expect(result).toMatchObject({ status: 'failed', error: { details: { code: 'ALL_MODELS_FAILED' } } });
    expect(host.t.models.calls).toHaveLength(3);
    expect(await recordsOf(host.t, result.runId, 'call.failed')).toMatchObject([
      { payload: { kind: 'model', error: { code: 'MODEL_CALL_FAILED' } } },
    ]);
  });

  it('are not asked again after a refusal that no attempt would change', async () => {
    host.t.models.on('hi').fail(new ModelCallError('no', { status: 400, transient: false }));
    expect(await host.t.run(AskWorkflow, 'hi')).toMatchObject({ status: 'failed' });
    expect(host.t.models.calls).toHaveLength(1);
  });

  it('repair a structured answer once, and both answers are billed', async () => {
    host.t.models
      .on(/./)
      .replyOnce({ topic: 'weather', why: 'rain' })
      .reply({ topic: 'billing', why: 'invoice' });
    const result = await host.t.run(ClassifyWorkflow, 'rain on my invoice');
    expect(result).toMatchObject({ output: 'billing', usage: { calls: 2 } });
    expect(host.t.models.calls[1]?.messages.at(-1)?.content).toContain('topic');
  });

  it('fail the step with an answer that does not fit after its repair either', async () => {
    host.t.models.on(/./).reply('it is about the weather');
    expect(await host.t.run(ClassifyWorkflow, 'rain')).toMatchObject({
      status: 'failed',
      error: { details: { code: 'OUTPUT_VALIDATION' } },
      usage: { calls: 2 },
    });
  });

  it('call tools, see results and errors, and end', async () => {
    host.t.models
      .on('look')
      .replyOnce({
        toolCalls: [
          { name: 'lookUp', arguments: { word: 'bee' } },
          { name: 'lookUp', arguments: { word: 'broken' } },
          { name: 'lookUp', arguments: { wrong: true } },
          { name: 'lookDown', arguments: {} },
          { name: 'lookUp', arguments: '{ no json' },
        ],
      })
      .reply('found');
    const result = await host.t.run(ToolsWorkflow, 'look');
    expect(result).toMatchObject({
      output: { text: 'found', tools: ['lookUp', 'lookUp!', 'lookUp!', 'lookDown!', 'lookUp!'] },
    });
    const told = host.t.models.calls[1]?.messages.filter(({ role }) => role === 'tool') ?? [];
    expect(told.map(({ content }) => content)).toEqual([
      'entry of bee',
      expect.stringContaining('the shelf has fallen'),
      expect.stringContaining('word'),
      expect.stringContaining("Did you mean 'lookUp'"),
      expect.stringContaining('not valid JSON'),
    ]);
    expect(shelf.asked).toEqual(['bee', 'broken']);
  });

  it('may not call tools forever: the calls of the last turn are not performed', async () => {
    host.t.models.on('look').reply({ toolCalls: [{ name: 'lookUp', arguments: { word: 'bee' } }] });
    expect(await host.t.run(ToolsWorkflow, 'look')).toMatchObject({
      status: 'failed',
      error: { details: { code: 'LOOP_LIMIT_EXCEEDED' } },
      usage: { calls: 3 },
    });
    expect(shelf.asked).toEqual(['bee', 'bee']);
  });

  it('stream: the code and the listeners of the run hear each piece, the records hold the whole', async () => {
    host.t.models.on('story').reply('once upon a time');
    const handle = await host.t.start(StreamWorkflow, 'story');
    const events: RunEvent[] = [];
    const subscription = handle.events().subscribe((event) => events.push(event));
    const result = await handle.result();
    subscription.unsubscribe();
    expect(result).toMatchObject({
      output: { heard: ['once ', 'upon ', 'a ', 'time'], text: 'once upon a time' },
    });
    const calls = await recordsOf(host.t, handle.id, 'call.completed');
    expect(calls).toMatchObject([{ payload: { result: { text: 'once upon a time' } } }]);
    const deltas = events.filter(({ type }) => type === 'model.delta');
    expect(deltas).toMatchObject(
      ['once ', 'upon ', 'a ', 'time'].map((text) => ({ step: 'talk', delta: 'text', text })),
    );
  });
});

describe('an alias of several models', () => {
  const [first, second] = [new ScriptedModel('first'), new ScriptedModel('second')];
  const options: OrchestrationOptions = {
    models: {
      providers: [first, second],
      aliases: { fast: ['first/small', 'second/large'] },
      default: 'fast',
      retry: { attempts: 2, initialDelay: 1 },
    },
  };
  let t: OrchestrationHarness;
  beforeAll(async () => {
    const module = await Test.createTestingModule({
      imports: [OrchestrationTestingModule.forRoot(options)],
      providers: workflows,
    }).compile();
    t = await OrchestrationHarness.from(module, { models: 'configured' });
  });
  afterAll(() => t.close());
  beforeEach(() => {
    first.reset();
    second.reset();
  });

  it('asks the next one when one has used up its attempts; both are on record', async () => {
    first.on('hi').fail(busy());
    second.on('hi').reply('I am here');
    const result = await t.run(AskWorkflow, 'hi');
    expect(result).toMatchObject({ output: { text: 'I am here', model: 'second/large' } });
    expect(first.calls).toHaveLength(2);
    expect(await recordsOf(t, result.runId, 'call.failed', 'call.completed')).toMatchObject([
      { type: 'call.failed', payload: { name: 'first/small' } },
      { type: 'call.completed', payload: { name: 'second/large' } },
    ]);
  });

  it('does not ask the next one because the first has answered badly', async () => {
    first.on(/./).reply('no json');
    expect(await t.run(ClassifyWorkflow, 'hi')).toMatchObject({
      error: { details: { code: 'OUTPUT_VALIDATION' } },
    });
    expect(second.calls).toEqual([]);
  });

  it('fails with the failures of all when none answers', async () => {
    first.on('hi').fail(busy());
    second.on('hi').fail(new ModelCallError('key refused', { status: 401, transient: false }));
    const result = await t.run(AskWorkflow, 'hi');
    expect(result).toMatchObject({
      status: 'failed',
      error: {
        details: { code: 'ALL_MODELS_FAILED' },
        message: expect.stringMatching(/first\/small.*busy.*second\/large.*key refused/s),
      },
    });
    expect([first.calls.length, second.calls.length]).toEqual([2, 1]);
  });
});
