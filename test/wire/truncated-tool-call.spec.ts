/** A tool call that was cut off at maxTokens is performed: with no arguments, or with the part that arrived. */
import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { z } from 'zod';
import { anthropic } from '../../lib/anthropic/index.js';
import { modelService } from '../../lib/models/model-service.fixture.js';
import { openai } from '../../lib/openai/index.js';
import { Desk, tool } from '../../lib/tools/registered-tool.fixture.js';
import { events, json, LocalServer } from './local-server.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

function desk() {
  const performed: unknown[] = [];
  const cancel = tool('cancelOrders', (args: unknown) => performed.push(args), {
    effect: 'irreversible',
    // all customers, unless one is named
    input: z.object({ customer: z.string().optional(), before: z.string().optional() }),
  });
  const { models } = modelService({
    providers: [
      openai({ apiKey: 'k', baseURL: `${server.url}/v1` }),
      anthropic({ apiKey: 'k', baseURL: server.url }),
    ],
    aliases: {},
    tools: [cancel],
  });
  return { models, performed };
}
const usage = { prompt_tokens: 10, completion_tokens: 100 };
const openaiCut = {
  choices: [
    {
      index: 0,
      finish_reason: 'length',
      message: {
        role: 'assistant',
        content: 'I will cancel the orders of Ada.',
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'cancelOrders', arguments: '' } }],
      },
    },
  ],
  usage,
};
const openaiDone = {
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'done' } }],
  usage,
};

it('openai: a call cut off before its arguments is not performed', async () => {
  const { models, performed } = desk();
  server.handler = (response, request) =>
    json(server.bodies.length === 1 ? openaiCut : openaiDone)(response, request);
  await models
    .generate({ model: 'openai/gpt-5-mini', prompt: 'x', tools: [Desk], maxTokens: 100 })
    .catch(() => undefined);
  expect(performed).toEqual([]);
});

it('anthropic, one piece: what is there of the input of a cut-off call is not performed', async () => {
  const { models, performed } = desk();
  const cut = {
    type: 'message',
    content: [{ type: 'tool_use', id: 'toolu_1', name: 'cancelOrders', input: {} }],
    stop_reason: 'max_tokens',
    usage: { input_tokens: 10, output_tokens: 100 },
  };
  const done = {
    type: 'message',
    content: [{ type: 'text', text: 'done' }],
    stop_reason: 'end_turn',
    usage: cut.usage,
  };
  server.handler = (response, request) => json(server.bodies.length === 1 ? cut : done)(response, request);
  await models
    .generate({ model: 'anthropic/claude-haiku-4-5', prompt: 'x', tools: [Desk], maxTokens: 100 })
    .catch(() => undefined);
  expect(performed).toEqual([]);
});

it('anthropic, streamed: a block that began and got no input is not performed', async () => {
  const { models, performed } = desk();
  const start = { type: 'message_start', message: { usage: { input_tokens: 10, output_tokens: 1 } } };
  const end = (reason: string) => [
    { type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 100 } },
    { type: 'message_stop' },
  ];
  const block = (content_block: object) => ({ type: 'content_block_start', index: 0, content_block });
  server.handler = (response, request) =>
    (server.bodies.length === 1
      ? events([
          start,
          block({ type: 'tool_use', id: 'toolu_1', name: 'cancelOrders', input: {} }),
          ...end('max_tokens'),
        ])
      : events([start, block({ type: 'text', text: 'done' }), ...end('end_turn')]))(response, request);
  const options = { model: 'anthropic/claude-haiku-4-5', prompt: 'x', tools: [Desk], maxTokens: 100 };
  await models.stream(options).result.catch(() => undefined);
  expect(performed).toEqual([]);
});

it('openai: a call of an answer that the content filter has stopped is not performed', async () => {
  const { models, performed } = desk();
  const stopped = { choices: [{ ...openaiCut.choices[0], finish_reason: 'content_filter' }], usage };
  server.handler = (response, request) =>
    json(server.bodies.length === 1 ? stopped : openaiDone)(response, request);
  await models.generate({ model: 'openai/gpt-5-mini', prompt: 'x', tools: [Desk] }).catch(() => undefined);
  expect(performed).toEqual([]);
});
