import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { anthropic } from '../../lib/anthropic/index.js';
import type { GenerateSettings } from '../../lib/models/index.js';
import { modelService } from '../../lib/models/model-service.fixture.js';
import { openai } from '../../lib/openai/index.js';
import { Desk, tool } from '../../lib/tools/registered-tool.fixture.js';
import { json, LocalServer, spoken } from './local-server.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

function service() {
  return modelService({
    providers: [
      openai({ apiKey: 'k', baseURL: `${server.url}/v1` }),
      anthropic({ apiKey: 'k', baseURL: server.url }),
    ],
    aliases: {},
    retry: { attempts: 1 },
    tools: [tool('now', () => 'noon')],
  }).models;
}
function ask(model: string, settings: GenerateSettings) {
  const vendor = model.startsWith('openai') ? 'openai' : 'anthropic';
  server.handler = json(spoken[vendor].answer);
  return service().generate({ model, prompt: 'hello', ...settings });
}
async function sent(model: string, settings: GenerateSettings): Promise<unknown> {
  await ask(model, settings);
  return server.bodies[0];
}

describe('reasoning', () => {
  it.each(['none', 'low', 'medium', 'high'] as const)(
    'openai: %s goes as reasoning_effort',
    async (reasoning) => {
      expect(await sent('openai/gpt-5-mini', { reasoning })).toMatchObject({ reasoning_effort: reasoning });
    },
  );

  it.each(['claude-sonnet-4-6', 'claude-opus-5', 'claude-haiku-5-5', 'claude-mythos-5'])(
    'anthropic: %s gets an effort',
    async (model) => {
      const body = await sent(`anthropic/${model}`, { reasoning: 'medium' });
      expect(body).toMatchObject({
        thinking: { type: 'adaptive', display: 'summarized' },
        output_config: { effort: 'medium' },
      });
    },
  );

  it.each([
    'claude-haiku-4-5',
    'claude-opus-4-5-20251101',
    'claude-sonnet-4-20250514',
    'claude-3-7-sonnet-latest',
  ])('anthropic: %s gets a share of maxTokens', async (model) => {
    const body = await sent(`anthropic/${model}`, { reasoning: 'medium', maxTokens: 10_000 });
    expect(body).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 5_000 } });
    expect(body).not.toHaveProperty('output_config');
  });

  it('anthropic: none turns it off, and nothing said says nothing', async () => {
    expect(await sent('anthropic/claude-opus-5', { reasoning: 'none' })).toMatchObject({
      thinking: { type: 'disabled' },
    });
    await ask('anthropic/claude-opus-5', {});
    expect(server.bodies[1]).not.toHaveProperty('thinking');
  });

  it('anthropic: where maxTokens leaves no room for an answer, nobody is asked', async () => {
    await expect(ask('anthropic/claude-haiku-4-5', { reasoning: 'low', maxTokens: 1_024 })).rejects.toThrow(
      /maxTokens = 1024 .*raise 'maxTokens', or leave 'reasoning' out/,
    );
    expect(server.bodies).toHaveLength(0);
  });

  it('of another word is refused by name', async () => {
    await expect(ask('openai/m', { reasoning: 'much' as never })).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringContaining("reasoning is the text 'much': it is one of none, low, medium, high"),
    });
  });
});

describe('cachePrompt', () => {
  const mark = { cache_control: { type: 'ephemeral' } };

  it('anthropic: marks the ends of tools, system text and messages', async () => {
    const body = await sent('anthropic/m', { cachePrompt: true, system: 'Be kind.', tools: [Desk] });
    expect(body).toMatchObject({
      tools: [{ name: 'now', ...mark }],
      system: [{ type: 'text', text: 'Be kind.', ...mark }],
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hello', ...mark }] }],
    });
  });

  it('openai: needs no word', async () => {
    const [without, withIt] = [await sent('openai/m', {}), await sent('openai/m', { cachePrompt: true })];
    expect(withIt).toEqual(without);
  });
});

describe('providerOptions', () => {
  it('reach the vendor that they are for, and no other', async () => {
    const providerOptions = { openai: { service_tier: 'flex' }, anthropic: { metadata: { user_id: 'u' } } };
    expect(await sent('openai/m', { providerOptions })).toMatchObject({ service_tier: 'flex' });
    await ask('anthropic/m', { providerOptions });
    expect(server.bodies[1]).toMatchObject({ metadata: { user_id: 'u' } });
    expect(server.bodies[1]).not.toHaveProperty('service_tier');
  });

  it.each([
    ['openai', 'max_tokens', "'maxTokens'"],
    ['openai', 'max_completion_tokens', "'maxTokens'"],
    ['openai', 'n', "'parallel calls of generate'"],
    ['openai', 'messages', "'prompt'"],
    ['anthropic', 'thinking', "'reasoning'"],
    ['anthropic', 'system', "'system'"],
  ])('%s: %s is refused, since an option sets it', async (vendor, field, option) => {
    await expect(ask(`${vendor}/m`, { providerOptions: { [vendor]: { [field]: 1 } } })).rejects.toMatchObject(
      {
        code: 'INPUT_VALIDATION',
        message: expect.stringContaining(
          `providerOptions.${vendor}.${field} would change what the option ${option} sets`,
        ),
      },
    );
    expect(server.bodies).toHaveLength(0);
  });

  it('that are no objects are refused', async () => {
    await expect(ask('openai/m', { providerOptions: { openai: 'flex' as never } })).rejects.toThrow(
      'providerOptions has to be an object with an object for each provider',
    );
  });
});

describe('a setting that a model refuses is named', () => {
  const refuse = async (model: string, settings: GenerateSettings, body: unknown) => {
    const asked = () => service().generate({ model, prompt: 'hello', ...settings });
    server.handler = json(body, 400);
    return asked().then(
      () => 'answered',
      (error: Error) => error.message,
    );
  };

  it.each<[string, GenerateSettings, object]>([
    [
      'temperature',
      { temperature: 0.2 },
      {
        message: "Unsupported value: 'temperature' does not support 0.2 with this model.",
        param: 'temperature',
      },
    ],
    ['reasoning', { reasoning: 'none' }, { message: 'Unsupported value.', param: 'reasoning_effort' }],
    ['maxTokens', { maxTokens: 9 }, { message: "max_tokens is too small: 'max_tokens'" }],
    [
      'providerOptions.openai.logit_bias',
      { providerOptions: { openai: { logit_bias: {} } } },
      { message: 'Unknown parameter: logit_bias', param: null },
    ],
  ])('openai: %s', async (name, settings, error) => {
    const message = await refuse('openai/m', settings, {
      error: { type: 'invalid_request_error', ...error },
    });
    expect(message).toContain(`(this is about '${name}': change it, or leave it out, for this model)`);
  });

  it.each<[string, GenerateSettings, string]>([
    ['temperature', { temperature: 0.2 }, 'temperature: Extra inputs are not permitted'],
    ['reasoning', { reasoning: 'high' }, 'output_config.effort: this model takes no effort'],
    ['reasoning', { reasoning: 'high' }, 'adaptive thinking is not supported on this model'],
    ['stop', { stop: [' '] }, 'stop_sequences: each must contain non-whitespace'],
  ])('anthropic: %s', async (name, settings, told) => {
    const error = { type: 'error', error: { type: 'invalid_request_error', message: told } };
    const message = await refuse('anthropic/claude-opus-5', settings, error);
    expect(message).toContain(`(this is about '${name}': change it, or leave it out, for this model)`);
  });

  it('and what is about nothing that was sent names nothing', async () => {
    const error = {
      error: { type: 'invalid_request_error', message: 'Billing hard limit has been reached' },
    };
    expect(await refuse('openai/m', {}, error)).not.toContain('this is about');
  });
});

describe('keepOpaque: false', () => {
  it('keeps and sends back nothing that only the vendor can read', async () => {
    const thinking = { type: 'thinking', thinking: 'hm', signature: 'c2ln' };
    const use = { type: 'tool_use', id: 't1', name: 'now', input: {} };
    const turn = json({ type: 'message', content: [thinking, use], stop_reason: 'tool_use' });
    const { models } = modelService({
      providers: [anthropic({ apiKey: 'k', baseURL: server.url })],
      aliases: {},
      keepOpaque: false,
      tools: [tool('now', () => 'noon')],
    });
    server.handler = (response, request) =>
      (server.bodies.length === 1 ? turn : json(spoken.anthropic.answer))(response, request);
    const { messages } = await models.generate({ model: 'anthropic/m', prompt: 'x', tools: [Desk] });
    expect(JSON.stringify([messages, server.bodies])).not.toContain('c2ln');
    expect(messages[1]).toMatchObject({ content: [{ type: 'reasoning', text: 'hm' }] });
  });
});

describe('tokens of all requests together', () => {
  it('with what was read from a cache', async () => {
    const { tokens, usage } = await ask('anthropic/m', {});
    expect(tokens).toEqual({ inputTokens: 100, outputTokens: 5, cachedInputTokens: 80 });
    expect(usage).toMatchObject({ inputTokens: 100, outputTokens: 5 });
  });
});

describe('a tool that has to be called', () => {
  it.each([
    ['openai/gpt-5-mini', { type: 'function', function: { name: 'now' } }],
    ['anthropic/claude-haiku-4-5', { type: 'tool', name: 'now' }],
  ])('is named to %s as its API wants it', async (model, tool_choice) => {
    expect(await sent(model, { tools: [Desk], toolChoice: { tool: 'now' } })).toMatchObject({ tool_choice });
  });

  it('is refused where it is not offered, and where the choice is none', async () => {
    const wrong = { tools: [Desk], toolChoice: { tool: 'nwo' } } as const;
    await expect(ask('openai/gpt-5-mini', wrong)).rejects.toThrow("Did you mean 'now'?");
    await expect(ask('openai/gpt-5-mini', { toolChoice: 'always' as never })).rejects.toThrow(
      "toolChoice is the text 'always'",
    );
    expect(server.bodies).toEqual([]);
  });
});
