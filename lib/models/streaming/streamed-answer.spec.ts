import { describe, expect, it } from '@jest/globals';
import { IsNumber, IsString } from 'class-validator';
import { ModelCallError } from '../../errors/index.js';
import { type ExecutionScope, runInScope } from '../../scope/index.js';
import type { StreamDelta } from '../generate-options.js';
import { modelService } from '../model-service.fixture.js';
import type { ModelDelta } from '../provider/model-provider.js';

async function collect(deltas: AsyncIterable<StreamDelta>): Promise<string[]> {
  const heard: string[] = [];
  for await (const delta of deltas) heard.push(delta.type === 'text' ? delta.text : '(restart)');
  return heard;
}

class Person {
  @IsString() name!: string;
  @IsNumber() age!: number;
}

describe('ModelService.stream', () => {
  it('gives the text in pieces and then the whole', async () => {
    const { models, alpha } = modelService();
    alpha.on('hello').reply('Hi there, friend.');
    const stream = models.stream({ prompt: 'hello' });
    expect(await collect(stream)).toEqual(['Hi ', 'there, ', 'friend.']);
    await expect(stream.result).resolves.toMatchObject({ text: 'Hi there, friend.', model: 'alpha/small' });
  });

  it('tells what is known of an output while it comes', async () => {
    const { models, alpha } = modelService();
    alpha.on('who').reply({ name: 'Ann Lee', age: 42 });
    const known: unknown[] = [];
    const stream = models.stream({ prompt: 'who', output: Person });
    for await (const delta of stream) if (delta.type === 'output.partial') known.push(delta.output);
    expect(known).toEqual([{ name: 'Ann ' }, { name: 'Ann Lee', age: 42 }]);
    expect((await stream.result).output).toEqual({ name: 'Ann Lee', age: 42 });
  });

  it('tells the listeners of the run each piece', async () => {
    const { models, alpha, gate } = modelService();
    alpha.on('hello').reply('Hi there!');
    const heard: unknown[] = [];
    const scope: Partial<ExecutionScope> = {
      call: (call) => gate.call(call),
      emit: (event) => void heard.push(event),
      recalled: () => undefined,
    };
    await runInScope(scope as ExecutionScope, () => models.stream({ prompt: 'hello' }).result);
    expect(heard).toMatchObject([
      { type: 'model.delta', text: 'Hi ' },
      { type: 'model.delta', text: 'there!' },
    ]);
  });

  it('says restart when an attempt broke on the way and another one begins', async () => {
    const { models, alpha } = modelService();
    alpha.on('hello').reply('Hi there!');
    const whole = alpha.stream.bind(alpha);
    let attempts = 0;
    alpha.stream = async function* (request, signal): AsyncIterable<ModelDelta> {
      attempts += 1;
      if (attempts > 1) return yield* whole(request, signal);
      yield { type: 'text', text: 'Hi th' };
      throw new ModelCallError('cut', { transient: true });
    };
    expect(await collect(models.stream({ prompt: 'hello' }))).toEqual([
      'Hi th',
      '(restart)',
      'Hi ',
      'there!',
    ]);
  });

  it('takes a stream that just ends for a failure', async () => {
    const { models, alpha, beta } = modelService();
    alpha.stream = async function* (): AsyncIterable<ModelDelta> {
      yield { type: 'text', text: 'Hi th' };
    };
    beta.on('hello').reply('Hello.');
    const stream = models.stream({ prompt: 'hello' });
    expect((await collect(stream)).slice(-3)).toEqual(['Hi th', '(restart)', 'Hello.']);
    await expect(stream.result).resolves.toMatchObject({ model: 'beta/small', text: 'Hello.' });
  });

  it('gives a remembered answer as one piece', async () => {
    const { models, gate } = modelService();
    const answer = {
      text: 'as before',
      toolCalls: [],
      finishReason: 'stop',
      usage: { inputTokens: 1, outputTokens: 1 },
    };
    gate.call = async <Result>() => answer as Result;
    expect(await collect(models.stream({ prompt: 'hello' }))).toEqual(['as before']);
  });

  it('throws the error to the caller that iterates, and ends no process when nobody awaits the result', async () => {
    const { models } = modelService();
    await expect(collect(models.stream({ prompt: 'nobody scripted this' }))).rejects.toMatchObject({
      code: 'ALL_MODELS_FAILED',
    });
  });
});
