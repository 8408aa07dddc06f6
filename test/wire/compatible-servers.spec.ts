/** Shapes that OpenAI-compatible servers and gateways are known to send with status 200. */
import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { modelService } from '../../lib/models/model-service.fixture.js';
import { mostTokens } from '../../lib/models/index.js';
import { readTokenUsage } from '../../lib/models/prices/token-usage.js';
import { openai } from '../../lib/openai/index.js';
import { Desk, tool } from '../../lib/tools/registered-tool.fixture.js';
import { events, json, LocalServer } from './local-server.fixture.js';
import { listen, never, request, vendors } from './vendors.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

const completion = (message: object, finish_reason = 'stop') => ({
  choices: [{ index: 0, finish_reason, message: { role: 'assistant', ...message } }],
  usage: { prompt_tokens: 10, completion_tokens: 5 },
});
const vendor = () => vendors[0].provider(server.url);
const generate = () => vendor().generate(request('openai/m', 'hello'), never());
const stream = () => listen(vendor().stream(request('openai/m', 'hello'), never()));
const call = (more: object) => ({
  id: 'c',
  type: 'function',
  function: { name: 'weather', arguments: '{}' },
  ...more,
});

describe('absent things written as null', () => {
  it('tool_calls: null in an answer', async () => {
    server.handler = json(completion({ content: 'Hi', tool_calls: null }));
    await expect(generate()).resolves.toMatchObject({ text: 'Hi', toolCalls: [] });
  });
  it('tool_calls: null in the pieces of a stream', async () => {
    server.handler = events([
      { choices: [{ index: 0, delta: { content: 'Hi', tool_calls: null } }] },
      { choices: [{ index: 0, delta: { content: '', tool_calls: null }, finish_reason: 'stop' }] },
    ]);
    await expect(stream()).resolves.toMatchObject({ answer: { text: 'Hi', toolCalls: [] } });
  });
});

describe('tool calls', () => {
  it('without a type are calls all the same', async () => {
    server.handler = json(
      completion({ content: null, tool_calls: [call({ type: undefined })] }, 'tool_calls'),
    );
    await expect(generate()).resolves.toMatchObject({ toolCalls: [{ id: 'c', name: 'weather' }] });
  });
  it('with arguments that are an object already keep them', async () => {
    server.handler = json(
      completion({
        content: null,
        tool_calls: [call({ function: { name: 'weather', arguments: { city: 'Rome' } } })],
      }),
    );
    await expect(generate()).resolves.toMatchObject({
      toolCalls: [{ arguments: { city: 'Rome' }, raw: '{"city":"Rome"}' }],
    });
  });
  it('with arguments: null do not end the step with a TypeError', async () => {
    const now = tool('weather', () => 'sunny', { input: z.object({}) });
    const provider = openai({ apiKey: 'k', baseURL: `${server.url}/v1` });
    const { models } = modelService({
      providers: [provider],
      aliases: {},
      default: 'openai/gpt-5-mini',
      tools: [now],
    });
    server.handler = (response, incoming) =>
      json(
        server.bodies.length === 1
          ? completion({
              content: null,
              tool_calls: [call({ function: { name: 'weather', arguments: null } })],
            })
          : completion({ content: 'sunny' }),
      )(response, incoming);
    await expect(models.generate({ prompt: 'x', tools: [Desk] })).resolves.toMatchObject({ text: 'sunny' });
  });
  it('without ids get different ones, so that results can be told apart', async () => {
    server.handler = json(
      completion(
        { content: null, tool_calls: [call({ id: undefined }), call({ id: undefined })] },
        'tool_calls',
      ),
    );
    const ids = (await generate()).toolCalls.map(({ id }) => id);
    expect(ids.every((id) => typeof id === 'string' && id !== '')).toBe(true);
    expect(new Set(ids).size).toBe(2);
  });
  it.each([
    ['one index for all', [0, 0]],
    ['no index', [undefined, undefined]],
  ])('streamed with %s stay two calls', async (_what, [first, second]) => {
    const piece = (index: number | undefined, id: string, city: string) => ({
      choices: [
        {
          index: 0,
          delta: {
            tool_calls: [
              { index, id, type: 'function', function: { name: 'weather', arguments: `{"city":"${city}"}` } },
            ],
          },
        },
      ],
    });
    server.handler = events([
      piece(first, 'a', 'Rome'),
      piece(second, 'b', 'Oslo'),
      { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
    ]);
    const { answer } = await stream();
    expect(answer?.toolCalls.map(({ id, arguments: args }) => [id, args])).toEqual([
      ['a', { city: 'Rome' }],
      ['b', { city: 'Oslo' }],
    ]);
  });
});

describe('errors with status 200', () => {
  it('tell what went wrong', async () => {
    server.handler = json({ error: { message: 'Upstream is at its limit', code: 429 } });
    await expect(generate()).rejects.toMatchObject({
      message: expect.stringContaining('Upstream is at its limit'),
      failure: { transient: true },
    });
  });
  it('are lasting where their code says so', async () => {
    server.handler = json({ error: { message: 'No endpoint takes images', code: 404 } });
    await expect(generate()).rejects.toMatchObject({ failure: { transient: false } });
  });
  it('of a single choice are not an empty answer', async () => {
    const choice = {
      index: 0,
      finish_reason: 'error',
      error: { code: 502, message: 'Upstream broke' },
      message: { role: 'assistant', content: '' },
    };
    server.handler = json({ choices: [choice], usage: { prompt_tokens: 1, completion_tokens: 0 } });
    await expect(generate()).rejects.toMatchObject({
      code: 'MODEL_CALL_FAILED',
      failure: { transient: true },
    });
  });
  it('are told also where a stream was asked for', async () => {
    server.handler = json({ error: { message: 'Bad key', code: 401, type: 'authentication_error' } });
    await expect(stream()).rejects.toThrow('Bad key');
  });
});

it('content as a list of parts is a text', async () => {
  server.handler = json(completion({ content: [{ type: 'text', text: 'Hi' }] }));
  await expect(generate()).resolves.toMatchObject({ text: 'Hi' });
});

it.each([
  ['{}', {}],
  ['no completion_tokens', { prompt_tokens: 10, total_tokens: 10 }],
  ['completion_tokens: null', { prompt_tokens: 10, completion_tokens: null, total_tokens: 10 }],
])('a usage of %s counts as the most it can have been', async (_what, usage) => {
  server.handler = json({ ...completion({ content: 'Hi' }), usage });
  const { usage: counted } = await generate();
  const most = () => mostTokens(request('openai/m', 'hello'));
  expect(readTokenUsage(counted, most).outputTokens).toBe(100);
});
