/**
 * A model's tool call is sent back unchanged, even if the vendor (or the next vendor of the alias) rejects it:
 * foreign ids, repeated ids, misspelt names, arguments that are not an object.
 */
import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { anthropic } from '../../lib/anthropic/index.js';
import { modelService } from '../../lib/models/model-service.fixture.js';
import { openai } from '../../lib/openai/index.js';
import { Desk, tool } from '../../lib/tools/registered-tool.fixture.js';
import { json, LocalServer, spoken } from './local-server.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

const plain = /^[a-zA-Z0-9_-]+$/;
type Block = { type: string; id?: string; name?: string; input?: unknown; tool_use_id?: string };
type Body = {
  messages: {
    role: string;
    content: Block[] | string | null;
    tool_calls?: { function: { name: string } }[];
  }[];
};

/** What the APIs answer such requests with (status 400), else undefined. */
function anthropicRefusal({ messages }: Body): string | undefined {
  const blocks = messages.flatMap(({ content }) => (Array.isArray(content) ? content : []));
  const used = blocks.filter(({ type }) => type === 'tool_use');
  if (used.some(({ id }) => !plain.test(id ?? '')))
    return "tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'";
  if (used.some(({ name }) => !plain.test(name ?? '')))
    return "tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'";
  if (new Set(used.map(({ id }) => id)).size < used.length) return '`tool_use` ids must be unique';
  if (used.some(({ input }) => typeof input !== 'object' || input === null || Array.isArray(input)))
    return 'tool_use.input: Input should be a valid dictionary';
  return undefined;
}
function openaiRefusal({ messages }: Body): string | undefined {
  const names = messages.flatMap(({ tool_calls: calls = [] }) => calls.map(({ function: { name } }) => name));
  return names.every((name) => plain.test(name))
    ? undefined
    : "Invalid 'messages[1].tool_calls[0].function.name': string does not match pattern";
}
const weather = tool('weather', () => 'sunny', { input: z.object({}).loose() });
const service = () =>
  modelService({
    providers: [
      openai({ apiKey: 'k', baseURL: `${server.url}/v1` }),
      anthropic({ apiKey: 'k', baseURL: server.url }),
    ],
    aliases: { fast: ['openai/gpt-5-mini', 'anthropic/claude-haiku-4-5'] },
    default: 'fast',
    tools: [weather],
  }).models;
const calls = (list: [id: string, name: string, args: string][]) => ({
  choices: [
    {
      index: 0,
      finish_reason: 'tool_calls',
      message: {
        role: 'assistant',
        content: null,
        tool_calls: list.map(([id, name, args]) => ({
          id,
          type: 'function',
          function: { name, arguments: args },
        })),
      },
    },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1 },
});

describe('when the first vendor fails after a tool call, the next one can go on', () => {
  it.each<[string, [string, string, string][]]>([
    ['an id with dots and colons', [['functions.weather:0', 'weather', '{}']]],
    [
      'two calls of one id',
      [
        ['call_0', 'weather', '{}'],
        ['call_0', 'weather', '{}'],
      ],
    ],
    ['a misspelt name', [['c', 'functions.weather', '{}']]],
    ['arguments that are a list', [['c', 'weather', '["Rome"]']]],
  ])('%s', async (_what, list) => {
    server.handler = (response, request) => {
      const body = server.bodies.at(-1) as Body;
      if (!request.url?.endsWith('/messages')) {
        return (server.bodies.length === 1 ? json(calls(list)) : json({ error: { message: 'down' } }, 503))(
          response,
          request,
        );
      }
      const refusal = anthropicRefusal(body);
      return (
        refusal
          ? json({ type: 'error', error: { type: 'invalid_request_error', message: refusal } }, 400)
          : json(spoken.anthropic.answer)
      )(response, request);
    };
    await expect(service().generate({ prompt: 'x', tools: [Desk] })).resolves.toMatchObject({ text: 'Hi!' });
  });
});

it.each(['functions.weather', 'weather<|channel|>json', ''])(
  'a misspelt name (%j) is told to the same vendor and ends nothing',
  async (name) => {
    server.handler = (response, request) => {
      const refusal = openaiRefusal(server.bodies.at(-1) as Body);
      const answer =
        server.bodies.length === 1 ? json(calls([['c', name, '{}']])) : json(spoken.openai.answer);
      (refusal ? json({ error: { message: refusal, type: 'invalid_request_error' } }, 400) : answer)(
        response,
        request,
      );
    };
    await expect(
      service().generate({ model: 'openai/gpt-5-mini', prompt: 'x', tools: [Desk] }),
    ).resolves.toMatchObject({ text: 'Hi!' });
  },
);
