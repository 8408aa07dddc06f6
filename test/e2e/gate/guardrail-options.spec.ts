import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  allow,
  block,
  escalate,
  Guardrail,
  type GuardrailSubject,
  Input,
  ModelService,
  reject,
  Step,
  Tool,
  transform,
  type Verdict,
  warn,
  Workflow,
} from 'nestjs-nestor';
import { type Host, openHost, stores } from '../host.js';
import { until } from './moments.js';
import { recordsOf } from './records.js';

/** What each guardrail of this file says; `allow` unless the test says otherwise. */
@Injectable()
class Said {
  readonly asked: string[] = [];
  verdicts: Record<string, (value: unknown) => Verdict | Promise<Verdict>> = {};

  say(name: string, value: unknown) {
    this.asked.push(name);
    return this.verdicts[name]?.(value) ?? allow();
  }
}

@Injectable()
class Guards {
  constructor(private readonly said: Said) {}

  @Guardrail({ at: 'step.output', order: 2, workflows: ['plain'] })
  second({ value }: GuardrailSubject) {
    return this.said.say('second', value);
  }

  @Guardrail({ at: 'step.output', order: 1, workflows: ['plain'] })
  first({ value }: GuardrailSubject) {
    return this.said.say('first', value);
  }

  @Guardrail({ at: 'step.output', order: 3, mode: 'monitor', workflows: ['plain'] })
  watching({ value }: GuardrailSubject) {
    return this.said.say('watching', value);
  }

  @Guardrail({ at: 'step.output', order: 4, onError: 'allow', timeout: '5s', workflows: ['plain'] })
  lenient({ value }: GuardrailSubject) {
    return this.said.say('lenient', value);
  }

  @Guardrail({ at: 'step.output', order: 5, timeout: '5s', workflows: ['plain'] })
  strict({ value }: GuardrailSubject) {
    return this.said.say('strict', value);
  }

  @Guardrail({ at: ['tool.call', 'tool.result'], tools: ['lookUp'], name: 'tools' })
  ofTools({ value, at }: GuardrailSubject) {
    return this.said.say(at, value);
  }

  @Guardrail({ at: 'model.response', name: 'words' })
  ofWords({ value }: GuardrailSubject) {
    return this.said.say('words', value);
  }
}

@Workflow()
class PlainWorkflow {
  @Step({ retry: { attempts: 1 } })
  act(@Input() text: string) {
    return text;
  }
}

class Word {
  readonly word!: string;
}

@Injectable()
class Shelf {
  readonly asked: string[] = [];

  @Tool({ description: 'Looks up', effect: 'none' })
  async lookUp({ word }: Word) {
    this.asked.push(word);
    return `entry of ${word}`;
  }
}

@Workflow()
class ModelWorkflow {
  constructor(private readonly models: ModelService) {}

  @Step({ retry: { attempts: 1 } })
  async talk(@Input() prompt: string) {
    return (await this.models.generate({ prompt, tools: [Shelf], maxTurns: 3 })).text;
  }
}

describe.each(stores)('guardrail options (%s)', (store) => {
  let host: Host;
  let said: Said;
  let shelf: Shelf;
  beforeAll(async () => {
    host = await openHost(store, [Said, Guards, PlainWorkflow, Shelf, ModelWorkflow]);
    said = host.t.module.get(Said);
    shelf = host.t.module.get(Shelf);
  });
  afterAll(() => host.close());
  beforeEach(() => {
    said.asked.length = 0;
    said.verdicts = {};
    shelf.asked.length = 0;
    host.t.models.reset();
  });

  const evaluated = async (runId: string) =>
    (await recordsOf(host.t, runId, 'guardrail.evaluated')).map(({ payload }) => payload);
  const plain = () => host.t.run(PlainWorkflow, 'a');

  it('asks in their order, each with what the ones before have made of the value', async () => {
    said.verdicts = {
      first: (value) => transform(`${String(value)}b`, 'longer'),
      second: (value) => transform(`${String(value)}c`, 'longer'),
    };
    expect(await plain()).toMatchObject({ output: 'abc' });
    expect(said.asked).toEqual(['first', 'second', 'watching', 'lenient', 'strict']);
  });

  it.each([
    ['block', 'escalate', 'failed'],
    ['block', 'warn', 'failed'],
    ['escalate', 'reject', 'waiting'],
    ['escalate', 'transform', 'waiting'],
    ['reject', 'warn', 'failed'],
    ['warn', 'allow', 'completed'],
  ] as const)('%s outranks %s, in either order', async (stronger, weaker, status) => {
    const verdicts = {
      allow: () => allow(),
      warn: () => warn('w'),
      transform: (value: unknown) => transform(value, 't'),
      reject: () => reject('r'),
      escalate: () => escalate('e'),
      block: () => block('b'),
    };
    for (const [first, second] of [
      [stronger, weaker],
      [weaker, stronger],
    ] as const) {
      said.verdicts = { first: verdicts[first], second: verdicts[second] };
      expect(await plain()).toMatchObject({ status });
    }
  });

  it('notes what a guardrail in monitor mode would have done, and does nothing about it', async () => {
    said.verdicts = { watching: () => block('would be stopped') };
    const result = await plain();
    expect(result).toMatchObject({ status: 'completed', output: 'a' });
    expect(await evaluated(result.runId)).toMatchObject([
      { mode: 'monitor', verdict: 'block', reason: 'would be stopped', done: 'noted' },
    ]);
  });

  const broken = () => {
    throw new Error('out of order');
  };

  it('an error in a guardrail blocks', async () => {
    said.verdicts = { strict: broken };
    const result = await plain();
    expect(result).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('out of order') },
    });
    expect(await evaluated(result.runId)).toMatchObject([
      { verdict: 'block', done: 'blocked', error: { message: 'out of order' } },
    ]);
  });

  it("an error in a guardrail lets pass where its onError is 'allow', and is on record", async () => {
    said.verdicts = { lenient: broken };
    const result = await plain();
    expect(result).toMatchObject({ status: 'completed' });
    expect(await evaluated(result.runId)).toMatchObject([
      { verdict: 'allow', error: { message: 'out of order' } },
    ]);
  });

  it.each([
    ['strict', 'failed'],
    ['lenient', 'completed'],
  ] as const)('a guardrail that takes too long counts as its error (%s: %s)', async (name, status) => {
    said.verdicts = { [name]: () => new Promise<never>(() => undefined) };
    const { id } = await host.t.start(PlainWorkflow, 'a');
    await until(() => said.asked.includes(name));
    await host.t.clock.advance('6s');
    expect(await host.t.result(id)).toMatchObject({ status });
    expect(await evaluated(id)).toMatchObject([{ error: { message: expect.stringContaining('5000 ms') } }]);
  });

  it('something that is not a verdict blocks', async () => {
    said.verdicts = { strict: () => 'fine' as unknown as Verdict };
    expect(await plain()).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('no verdict') },
    });
  });

  it('a model is told why its tool call was rejected, as the result of the call, and goes on', async () => {
    host.t.models
      .on('look')
      .replyOnce({ toolCalls: [{ name: 'lookUp', arguments: { word: 'bee' }, id: 'c1' }] })
      .replyOnce({ toolCalls: [{ name: 'lookUp', arguments: { word: 'wasp' }, id: 'c2' }] })
      .reply(({ messages }) => messages.at(-1)?.content ?? '');
    said.verdicts = {
      'tool.call': (value) => ((value as Word).word === 'bee' ? reject('not bees') : allow()),
    };
    expect(await host.t.run(ModelWorkflow, 'look')).toMatchObject({ output: 'entry of wasp' });
    expect(shelf.asked).toEqual(['wasp']);
    expect(host.t.models.calls[1]?.messages.at(-1)).toMatchObject({
      role: 'tool',
      toolCallId: 'c1',
      isError: true,
      content: expect.stringContaining('not bees'),
    });
  });

  it('a model is told why the result of its tool was rejected', async () => {
    host.t.models
      .on('look')
      .replyOnce({ toolCalls: [{ name: 'lookUp', arguments: { word: 'bee' } }] })
      .reply('gave up');
    said.verdicts = { 'tool.result': () => reject('secret') };
    expect(await host.t.run(ModelWorkflow, 'look')).toMatchObject({ output: 'gave up' });
    expect(host.t.models.calls[1]?.messages.at(-1)).toMatchObject({
      isError: true,
      content: expect.not.stringContaining('entry of'),
    });
  });

  it('a blocked tool call ends the step of a model too', async () => {
    host.t.models.on('look').reply({ toolCalls: [{ name: 'lookUp', arguments: { word: 'bee' } }] });
    said.verdicts = { 'tool.call': () => block('never') };
    expect(await host.t.run(ModelWorkflow, 'look')).toMatchObject({
      status: 'failed',
      error: { details: { code: 'GUARDRAIL_BLOCKED' } },
    });
    expect(host.t.models.calls).toHaveLength(1);
  });

  it('a model is told why its answer was rejected, and answers again, within its turns', async () => {
    host.t.models.on(/./).replyOnce('damn').reply('dear me');
    said.verdicts = {
      words: (value) =>
        (value as { text: string }).text === 'damn' ? reject('mind your language') : allow(),
    };
    expect(await host.t.run(ModelWorkflow, 'talk')).toMatchObject({ output: 'dear me', usage: { calls: 2 } });
    expect(host.t.models.calls[1]?.messages.at(-1)).toMatchObject({
      role: 'user',
      content: expect.stringContaining('mind your language'),
    });

    said.verdicts = { words: () => reject('never good enough') };
    expect(await host.t.run(ModelWorkflow, 'talk')).toMatchObject({
      status: 'failed',
      error: { details: { code: 'GUARDRAIL_BLOCKED' } },
      usage: { calls: 3 },
    });
  });
});
