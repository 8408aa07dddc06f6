import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { anthropic } from '../../lib/anthropic/index.js';
import type { Message } from '../../lib/models/index.js';
import { modelService } from '../../lib/models/model-service.fixture.js';
import { openai } from '../../lib/openai/index.js';
import { Desk, tool } from '../../lib/tools/registered-tool.fixture.js';
import { events, type Handler, json, LocalServer, spoken } from './local-server.fixture.js';
import { never, request } from './vendors.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

const thinking = { type: 'thinking', thinking: 'I look it up.', signature: 'c2ln' };
const hidden = { type: 'redacted_thinking', data: 'ZW5j' };
const use = { type: 'tool_use', id: 'toolu_1', name: 'now', input: { a: 1 } };
const content = [thinking, { type: 'text', text: 'Wait.' }, hidden, { type: 'text', text: ' Now.' }, use];

const turns: Record<string, Handler> = {
  'anthropic, in one piece': json({ type: 'message', content, stop_reason: 'tool_use' }),
  'anthropic, streamed': events([
    { type: 'message_start', message: {} },
    {
      type: 'content_block_start',
      index: 0,
      content_block: { type: 'thinking', thinking: '', signature: '' },
    },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'I look ' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'it up.' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'c2ln' } },
    { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Wait.' } },
    { type: 'content_block_start', index: 2, content_block: hidden },
    { type: 'content_block_start', index: 3, content_block: { type: 'text', text: ' Now.' } },
    { type: 'content_block_start', index: 4, content_block: { ...use, input: {} } },
    { type: 'content_block_delta', index: 4, delta: { type: 'input_json_delta', partial_json: '{"a":1}' } },
    { type: 'message_delta', delta: { stop_reason: 'tool_use' } },
    { type: 'message_stop' },
  ]),
};
const call = {
  index: 0,
  id: 'c',
  type: 'function',
  function: { name: 'now', arguments: '{}' },
  extra_content: { google: { thought_signature: 'c2ln' } },
};

function service(options: { aliases?: Record<string, string[]> } = {}) {
  const now = tool('now', () => 'noon', { input: z.object({}).loose() });
  const providers = [
    openai({ apiKey: 'k', baseURL: `${server.url}/v1` }),
    anthropic({ apiKey: 'k', baseURL: server.url }),
  ];
  return modelService({ providers, aliases: {}, retry: { attempts: 1 }, tools: [now], ...options }).models;
}
/** The first answer is `turn`, the others are whole texts. */
function answer(turn: Handler, streamed: boolean): void {
  server.handler = (response, incoming) => {
    if (server.bodies.length === 1) return turn(response, incoming);
    if (incoming.url?.endsWith('/messages')) {
      const text = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Hi!' } };
      const end = [{ type: 'message_delta', delta: { stop_reason: 'end_turn' } }, { type: 'message_stop' }];
      return (streamed ? events([text, ...end]) : json(spoken.anthropic.answer))(response, incoming);
    }
    const last = { choices: [{ delta: { content: 'Hi!' }, finish_reason: 'stop' }] };
    return (streamed ? events([last]) : json(spoken.openai.answer))(response, incoming);
  };
}
const ask = (model: string, streamed: boolean, models = service()) => {
  const options = { model, prompt: 'x', tools: [Desk] };
  return streamed ? models.stream(options).result : models.generate(options);
};

describe('what a model thought goes back to it with the results of its tool calls', () => {
  it.each(Object.keys(turns))(
    '%s: signed and redacted blocks, unchanged and in their order',
    async (name) => {
      const streamed = name.includes('streamed');
      answer(turns[name]!, streamed);
      const result = await ask('anthropic/claude-haiku-4-5', streamed);
      expect(server.bodies[1]).toMatchObject({
        messages: [{}, { role: 'assistant', content }, { role: 'user' }],
      });
      // It is journaled with the message.
      expect(JSON.parse(JSON.stringify(result.messages))).toEqual(result.messages);
    },
  );

  it.each([
    ['reasoning_content', { reasoning_content: 'I look it up.' }],
    ['reasoning', { reasoning: 'I look it up.' }],
    ['reasoning_details', { reasoning_details: [{ type: 'reasoning.encrypted', data: 'ZW5j', index: 0 }] }],
  ])('openai: %s under the name that it came under', async (_name, fields) => {
    for (const streamed of [false, true]) {
      server.reset();
      const message = { content: null, ...fields, tool_calls: [call] };
      const body = streamed ? { delta: message } : { message };
      const turn = { choices: [{ index: 0, finish_reason: 'tool_calls', ...body }] };
      answer(streamed ? events([turn]) : json(turn), streamed);
      await ask('openai/gpt-5-mini', streamed);
      const { messages } = server.bodies[1] as { messages: object[] };
      const { index: _index, ...sent } = call;
      expect(messages[1]).toEqual({ role: 'assistant', content: null, ...fields, tool_calls: [sent] });
    }
  });
});

describe('what a model thought goes to nobody else', () => {
  it('not to the vendor that takes over in the middle of a tool loop', async () => {
    server.handler = (response, incoming) =>
      (server.bodies.length === 1
        ? turns['anthropic, in one piece']!
        : incoming.url?.endsWith('/messages')
          ? json({ type: 'error', error: { type: 'overloaded_error', message: 'busy' } }, 529)
          : json(spoken.openai.answer))(response, incoming);
    const models = service({ aliases: { fast: ['anthropic/claude-haiku-4-5', 'openai/gpt-5-mini'] } });
    await expect(ask('fast', false, models)).resolves.toMatchObject({ model: 'openai/gpt-5-mini' });
    expect(JSON.stringify(server.bodies[2])).not.toMatch(/look it up|c2ln|ZW5j|opaque/);
    expect(server.bodies[2]).toMatchObject({
      messages: [{}, { content: 'Wait. Now.', tool_calls: [{ id: 'toolu_1' }] }, { role: 'tool' }],
    });
  });

  it('not to another model of the vendor, and not once somebody has changed it', async () => {
    const vendor = anthropic({ apiKey: 'k', baseURL: server.url });
    answer(turns['anthropic, in one piece']!, false);
    const { opaque, toolCalls, text, reasoning } = await vendor.generate(
      request('anthropic/a', 'x'),
      never(),
    );
    expect({ text, reasoning }).toEqual({ text: 'Wait. Now.', reasoning: 'I look it up.' });
    const messages = (kept: typeof opaque): Message[] => [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: text, toolCalls, ...(kept ? { opaque: kept } : {}) },
      { role: 'tool', toolCallId: 'toolu_1', name: 'now', content: 'noon' },
    ];
    const changed = JSON.parse(JSON.stringify(opaque).replace('I look', '[redacted]')) as NonNullable<
      typeof opaque
    >;
    for (const [model, kept] of [
      ['b', opaque],
      ['a', changed],
    ] as const) {
      server.reset();
      server.handler = json(spoken.anthropic.answer);
      await vendor.generate({ ...request(`anthropic/${model}`, ''), messages: messages(kept) }, never());
      expect(JSON.stringify(server.bodies[0])).not.toMatch(/thinking|redacted/);
    }
  });
});
