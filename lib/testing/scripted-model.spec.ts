import { describe, expect, it } from '@jest/globals';
import type { ModelRequest } from '../models/index.js';
import { ScriptedModel } from './scripted-model.js';

const signal = new AbortController().signal;
const request = (content: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
  model: 'small',
  messages: [{ role: 'user', content }],
  maxTokens: 10,
  ...more,
});
const ask = async (model: ScriptedModel, content: string, more: Partial<ModelRequest> = {}) =>
  (await model.generate(request(content, more), signal)).text;

describe('ScriptedModel', () => {
  it('is matched by template, alias, model, text, pattern and function', async () => {
    const model = new ScriptedModel();
    model.on('triage').reply('by template');
    model.on('fast').reply('by alias');
    model.on('large').reply('by model');
    model.on('refund').reply('by text');
    model.on(/inv\w+/i).reply('by pattern');
    model.on(({ temperature }) => temperature === 1).reply('by function');
    expect(await ask(model, 'x', { template: 'triage' })).toBe('by template');
    expect(await ask(model, 'x', { alias: 'fast' })).toBe('by alias');
    expect(await ask(model, 'x', { model: 'large' })).toBe('by model');
    expect(await ask(model, 'a refund, please')).toBe('by text');
    expect(await ask(model, 'My Invoice')).toBe('by pattern');
    expect(await ask(model, 'x', { temperature: 1 })).toBe('by function');
  });

  it('prefers names to texts, and what was said later', async () => {
    const model = new ScriptedModel();
    model.on(/./).reply('anything');
    model.on('refund').reply('refund');
    expect(await ask(model, 'refund')).toBe('refund');
    model.on('triage').reply('triage');
    model.on(/refund/).reply('later');
    expect(await ask(model, 'refund')).toBe('later');
    expect(await ask(model, 'refund', { template: 'triage' })).toBe('triage');
  });

  it('matches a global pattern every time', async () => {
    const model = new ScriptedModel();
    model.on(/refund/g).reply('ok');
    expect([await ask(model, 'refund'), await ask(model, 'refund'), await ask(model, 'refund')]).toEqual([
      'ok',
      'ok',
      'ok',
    ]);
  });

  it('plays sequences, then what was set forever', async () => {
    const model = new ScriptedModel();
    model.on('x').replyOnce('one').failOnce(new Error('two')).replyOnce({ three: 3 }).reply('more');
    expect(await ask(model, 'x')).toBe('one');
    await expect(ask(model, 'x')).rejects.toThrow('two');
    expect(await ask(model, 'x')).toBe('{"three":3}');
    expect(await ask(model, 'x')).toBe('more');
    model.on('x').reply('changed');
    expect(await ask(model, 'x')).toBe('changed');
  });

  it('makes tool calls, also with broken JSON', async () => {
    const model = new ScriptedModel();
    model.on('x').reply({
      toolCalls: [
        { name: 'a', arguments: { b: 1 } },
        { name: 'c', arguments: '{oops', id: 'i' },
      ],
    });
    const answer = await model.generate(request('x'), signal);
    expect(answer).toMatchObject({ finishReason: 'tool-calls', text: '' });
    expect(answer.toolCalls).toEqual([
      { id: 'call-1-1', name: 'a', raw: '{"b":1}', arguments: { b: 1 } },
      { id: 'i', name: 'c', raw: '{oops' },
    ]);
  });

  it('answers by a function of the request', async () => {
    const model = new ScriptedModel();
    model.on(/.*/).reply(({ messages }) => `you said ${messages[0]?.content ?? ''}`);
    expect(await ask(model, 'boo')).toBe('you said boo');
  });

  it('says what was asked and what is scripted when nothing matches', async () => {
    const model = new ScriptedModel();
    model.on('triage').replyOnce('once');
    await ask(model, 'x', { template: 'triage' });
    await expect(ask(model, 'where is it?', { template: 'triage', alias: 'fast' })).rejects.toMatchObject({
      message: expect.stringMatching(
        /no answer for: model 'scripted\/small', alias 'fast', template 'triage', last message "where is it\?"\. Scripted: on\('triage'\) \(all its replies are used up\)/,
      ),
      failure: { transient: false },
    });
  });

  it('records every request, and counts the same tokens for the same texts', async () => {
    const model = new ScriptedModel();
    model.on('hello').reply('Hi there!');
    const [first, second] = [
      await model.generate(request('hello'), signal),
      await model.generate(request('hello'), signal),
    ];
    expect(first.usage).toEqual({ inputTokens: 2, outputTokens: 3 });
    expect(second.usage).toEqual(first.usage);
    expect(model.calls.map(({ provider, messages }) => [provider, messages[0]?.content])).toEqual([
      ['scripted', 'hello'],
      ['scripted', 'hello'],
    ]);
    model.reset();
    expect(model.calls).toEqual([]);
  });

  it('is under several provider names with one script', async () => {
    const model = new ScriptedModel();
    model.on('hello').reply('Hi!');
    const openai = model.as('openai');
    expect(openai.name).toBe('openai');
    await openai.generate(request('hello'), signal);
    expect(model.calls).toMatchObject([{ provider: 'openai' }]);
  });

  it('hangs until it is aborted', async () => {
    const model = new ScriptedModel();
    model.on('x').hang();
    const abort = new AbortController();
    const asked = model.generate(request('x'), abort.signal);
    abort.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });
});
