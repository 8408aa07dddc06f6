import { describe, expect, it } from '@jest/globals';
import { BudgetExceededError, ModelCallError, NotPerformedError, RetryAfterError } from '../errors/index.js';
import { type ExecutionScope, runInScope } from '../scope/index.js';
import { mostTokens } from './prices/estimate.js';
import { modelService } from './model-service.fixture.js';
import type { ModelRequest } from './provider/model-provider.js';

const down = (status: number) => new ModelCallError(`status ${status}`, { status, transient: status >= 500 });

describe('ModelService.generate', () => {
  it('answers a prompt with text, usage, cost, model and finish reason', async () => {
    const { models, alpha } = modelService();
    alpha.on('hello').reply('Hi there!');
    const result = await models.generate({ prompt: 'hello' });
    expect(result).toMatchObject({
      text: 'Hi there!',
      model: 'alpha/small',
      finishReason: 'stop',
      toolCalls: [],
    });
    expect(result.usage).toEqual({ calls: 1, inputTokens: 2, outputTokens: 3, usd: (2 * 1 + 3 * 2) / 1e6 });
    expect(result.cost).toBe(result.usage.usd);
    expect(result.output).toBeUndefined();
  });

  it('sends every request through the gate as one model call with estimate, settlement, retry and timeout', async () => {
    const { models, alpha, gate } = modelService();
    alpha.on('hello').reply('Hi!');
    await models.generate({ prompt: 'hello', model: 'alpha/large', maxTokens: 100 });
    expect(gate.calls).toHaveLength(1);
    const [call] = gate.calls;
    expect(call).toMatchObject({ kind: 'model', name: 'alpha/large', effect: 'none', timeout: 120_000 });
    expect(call?.retry).toMatchObject({ attempts: 3, initialDelay: 500 });
    expect(call?.arguments).toEqual({
      model: 'large',
      messages: [{ role: 'user', content: 'hello' }],
      maxTokens: 100,
    });
    const estimate = call?.estimate?.(call.arguments);
    const bound = mostTokens(call?.arguments as ModelRequest);
    expect(estimate).toMatchObject({ calls: 1, outputTokens: 100, inputTokens: bound.inputTokens });
    expect(estimate?.usd).toBeCloseTo((bound.inputTokens * 1 + 100 * 2) / 1e6, 12);
  });

  it('takes parts of a message for the text that they are together', async () => {
    const { models, alpha, gate } = modelService();
    alpha.on('hello world').reply('Hi!');
    const content = [
      { type: 'text', text: 'hello ' },
      { type: 'text', text: 'world' },
    ] as const;
    await models.generate({ prompt: [{ role: 'user', content }] });
    await models.generate({ prompt: 'hello world' });
    expect(gate.calls[0]?.arguments).toEqual(gate.calls[1]?.arguments);
  });

  it.each([
    [7, 'prompt[0].content has to be a text, or a list of parts'],
    [[{ type: 'video' }], "prompt[0].content[0] is of the type 'video'"],
    [[{ type: 'text' }], 'prompt[0].content[0].text has to be a text'],
    [[null], "prompt[0].content[0] is of the type 'undefined'"],
  ])('refuses the content %p of a message', async (content, message) => {
    const { models } = modelService();
    const asked = models.generate({ prompt: [{ role: 'user', content: content as never }] });
    await expect(asked).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringContaining(message),
    });
  });

  it('sends maxTokens also where nobody asked for it', async () => {
    const { models, alpha } = modelService();
    alpha.on('hello').reply('Hi!');
    await models.generate({ prompt: 'hello' });
    expect(alpha.calls[0]?.maxTokens).toBe(4096);
  });

  it('asks with what a guardrail made of the request', async () => {
    const { models, alpha, gate } = modelService();
    alpha.on('[redacted]').reply('ok');
    gate.change = (args) => ({
      ...(args as ModelRequest),
      messages: [{ role: 'user', content: '[redacted]' }],
    });
    await expect(models.generate({ prompt: 'my secret' })).resolves.toMatchObject({ text: 'ok' });
    expect(JSON.stringify(alpha.calls)).not.toContain('secret');
  });

  it('inside a run passes the gate of the run, not an ad-hoc run', async () => {
    const outside = modelService();
    const inside = modelService();
    outside.alpha.on('hello').reply('Hi!');
    const scope: Partial<ExecutionScope> = {
      call: (call) => inside.gate.call(call),
      recalled: () => undefined,
    };
    await runInScope(scope as ExecutionScope, () => outside.models.generate({ prompt: 'hello' }));
    expect(inside.gate.calls).toHaveLength(1);
    expect(outside.gate.calls).toHaveLength(0);
  });

  it('asks the next model of the alias when one fails, whether transient or not', async () => {
    const { models, alpha, beta } = modelService();
    alpha.on('hello').fail(down(400));
    beta.on('hello').reply('From beta.');
    await expect(models.generate({ prompt: 'hello' })).resolves.toMatchObject({ model: 'beta/small' });
    expect(alpha.calls).toHaveLength(1);
    alpha.on('again').fail(down(503));
    beta.on('again').reply('From beta.');
    await models.generate({ prompt: 'again' });
    expect(alpha.calls).toHaveLength(1 + 3);
  });

  it('asks the next model when one throws something that is not an error of ours', async () => {
    const { models, alpha, beta } = modelService();
    alpha.on('hello').fail(new TypeError('x is not a function'));
    beta.on('hello').reply('From beta.');
    await expect(models.generate({ prompt: 'hello' })).resolves.toMatchObject({ text: 'From beta.' });
  });

  it.each([
    ['has asked nobody', new NotPerformedError('no connection is free')],
    ['wants to be asked later', new RetryAfterError('2h')],
  ])('asks the next model when a provider says that it %s', async (_, thrown) => {
    const { models, alpha, beta } = modelService();
    alpha.on('hello').fail(thrown);
    beta.on('hello').reply('From beta.');
    await expect(models.generate({ prompt: 'hello' })).resolves.toMatchObject({ text: 'From beta.' });
  });

  it('says how long to wait where every provider wants to be asked later', async () => {
    const { models, alpha, beta } = modelService();
    alpha.on('hello').fail(new RetryAfterError('2h'));
    beta.on('hello').fail(new RetryAfterError('1h'));
    await expect(models.generate({ prompt: 'hello' })).rejects.toMatchObject({
      code: 'ALL_MODELS_FAILED',
      details: { transient: true, retryAfter: 3_600_000 },
    });
  });

  it('lists each failure when all models failed, and says whether another attempt may help', async () => {
    const { models, alpha, beta } = modelService();
    alpha.on('hello').fail(down(400));
    beta.on('hello').fail(down(503));
    const error: unknown = await models.generate({ prompt: 'hello' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'ALL_MODELS_FAILED',
      message: expect.stringMatching(/'fast'.*alpha\/small: status 400.*beta\/small: status 503/),
      details: {
        transient: true,
        failures: [
          { model: 'alpha/small', status: 400, transient: false },
          { model: 'beta/small', status: 503, transient: true },
        ],
      },
    });
  });

  it('is not transient when no model can recover', async () => {
    const { models, alpha, beta } = modelService();
    alpha.on('hello').fail(down(400));
    beta.on('hello').fail(down(401));
    await expect(models.generate({ prompt: 'hello' })).rejects.toMatchObject({
      details: { transient: false },
    });
  });

  it('lets refusals of the gate pass and asks no other model', async () => {
    const { models, gate, beta } = modelService();
    gate.before = () => {
      throw new BudgetExceededError('too dear');
    };
    await expect(models.generate({ prompt: 'hello' })).rejects.toBeInstanceOf(BudgetExceededError);
    expect(gate.calls).toHaveLength(1);
    expect(beta.calls).toHaveLength(0);
  });

  it('asks no other model after an abort', async () => {
    const { models, gate, alpha, beta } = modelService();
    alpha.on('hello').hang();
    const pending = models.generate({ prompt: 'hello' });
    await Promise.resolve();
    gate.abort.abort(new Error('cancelled'));
    await expect(pending).rejects.toThrow('cancelled');
    expect(beta.calls).toHaveLength(0);
  });

  it('refuses unknown models and empty prompts with a suggestion, before any request', async () => {
    const { models, gate } = modelService();
    await expect(models.generate({ prompt: 'x', model: 'fats' })).rejects.toThrow(
      /'fats' is neither.*Did you mean 'fast'/,
    );
    await expect(models.generate({ prompt: 'x', model: 'constructor' })).rejects.toThrow(
      /neither a model alias/,
    );
    await expect(models.generate({ prompt: [] })).rejects.toThrow(/nothing to ask/);
    expect(gate.calls).toHaveLength(0);
  });

  it('puts the system text before the messages', async () => {
    const { models, alpha } = modelService();
    alpha.on('hello').reply('Hi!');
    await models.generate({ prompt: 'hello', system: 'Be kind.' });
    expect(alpha.calls[0]?.messages).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'hello' },
    ]);
  });
});

describe('ModelService.embed', () => {
  it('gives a vector for each text, in order, and what it cost', async () => {
    const { models } = modelService();
    const { vectors, model, cost } = await models.embed({
      model: 'fast',
      texts: ['a dog', 'a cat', 'a dog'],
    });
    expect(vectors).toHaveLength(3);
    expect(vectors[0]).toEqual(vectors[2]);
    expect(vectors[0]).not.toEqual(vectors[1]);
    expect(model).toBe('alpha/small');
    expect(cost).toBeGreaterThan(0);
  });
});
