import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { anthropic } from '../../lib/anthropic/index.js';
import { modelService } from '../../lib/models/model-service.fixture.js';
import { openai } from '../../lib/openai/index.js';
import { Desk, tool } from '../../lib/tools/registered-tool.fixture.js';
import { events, type Handler, json, LocalServer } from './local-server.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

/** An answer with one whole call of `note`, in one piece and as a stream. */
const answers = {
  openai: (reason: string, streamed: boolean): Handler => {
    const calls = [{ index: 0, id: 'c', type: 'function', function: { name: 'note', arguments: '{"a":1}' } }];
    return streamed
      ? events([{ choices: [{ index: 0, delta: { tool_calls: calls }, finish_reason: reason }] }])
      : json({
          choices: [{ index: 0, finish_reason: reason, message: { content: 'Well.', tool_calls: calls } }],
        });
  },
  anthropic: (reason: string, streamed: boolean): Handler => {
    const block = { type: 'tool_use', id: 'c', name: 'note', input: { a: 1 } };
    return streamed
      ? events([
          { type: 'content_block_start', index: 0, content_block: block },
          { type: 'message_delta', delta: { stop_reason: reason } },
          { type: 'message_stop' },
        ])
      : json({ type: 'message', content: [{ type: 'text', text: 'Well.' }, block], stop_reason: reason });
  },
};
const models = { openai: 'openai/gpt-5-mini', anthropic: 'anthropic/claude-haiku-4-5' };

function service() {
  const performed: unknown[] = [];
  const note = tool('note', (args: unknown) => performed.push(args), { input: z.object({}).loose() });
  const providers = [
    openai({ apiKey: 'k', baseURL: `${server.url}/v1` }),
    anthropic({ apiKey: 'k', baseURL: server.url }),
  ];
  return { performed, ...modelService({ providers, aliases: {}, tools: [note] }) };
}

describe.each([
  ['openai', 'length', 'length'],
  ['openai', 'content_filter', 'content-filter'],
  ['openai', 'something_new', 'other'],
  ['anthropic', 'max_tokens', 'length'],
  ['anthropic', 'refusal', 'content-filter'],
  ['anthropic', 'pause_turn', 'other'],
] as const)('%s: tool calls of an answer that ended with %s', (vendor, reason, finishReason) => {
  it.each([[false], [true]])(
    'are told once and not performed, then it fails by name (streamed: %s)',
    async (streamed) => {
      const { performed, models: service_, gate } = service();
      server.handler = answers[vendor](reason, streamed);
      const options = { model: models[vendor], prompt: 'x', tools: [Desk], maxTokens: 100 };
      const asked = streamed ? service_.stream(options).result : service_.generate(options);
      await expect(asked).rejects.toMatchObject({
        name: 'IncompleteAnswerError',
        code: 'INCOMPLETE_ANSWER',
        message: expect.stringMatching(/^The answer of .*note.*were not performed/),
        details: { finishReason, wanted: ['note'], maxTokens: 100 },
      });
      expect(performed).toEqual([]);
      expect(gate.calls.map(({ kind }) => kind)).toEqual(['model', 'model']);
      expect(JSON.stringify(server.bodies[1])).toMatch(
        /Your last answer .*its tool calls \(note\) were not performed/,
      );
      // The calls are not sent back: they would need results.
      expect(JSON.stringify(server.bodies[1])).not.toContain('"c"');
    },
  );
});

describe('an answer without tool calls', () => {
  it('that was cut off is a result, and its finish reason says so', async () => {
    server.handler = json({ choices: [{ finish_reason: 'length', message: { content: 'Once upon' } }] });
    await expect(service().models.generate({ model: models.openai, prompt: 'x' })).resolves.toMatchObject({
      text: 'Once upon',
      finishReason: 'length',
    });
    expect(server.bodies).toHaveLength(1);
  });

  it.each([
    ['openai', json({ choices: [{ finish_reason: 'length', message: { content: '<think>I wonder' } }] })],
    ['openai', json({ choices: [{ finish_reason: 'content_filter' }] })],
    [
      'openai',
      json({ choices: [{ finish_reason: 'tool_calls', message: { content: null, tool_calls: null } }] }),
    ],
    ['anthropic', json({ type: 'message', content: [], stop_reason: 'refusal' })],
  ] as const)('and without a text is told once, then it fails by name (%s)', async (vendor, handler) => {
    server.handler = handler;
    await expect(service().models.generate({ model: models[vendor], prompt: 'x' })).rejects.toMatchObject({
      code: 'INCOMPLETE_ANSWER',
    });
    expect(server.bodies).toHaveLength(2);
  });
});

it.each([['["Rome"]'], ['5'], ['{"a":1e999}'], ['{"a":']])(
  'arguments %s for a tool without parameters are told, not performed',
  async (written) => {
    const performed: unknown[] = [];
    const now = tool('now', (args: unknown) => performed.push(args));
    const providers = [openai({ apiKey: 'k', baseURL: `${server.url}/v1` })];
    const { models: asked } = modelService({ providers, aliases: {}, tools: [now] });
    const calls = [{ id: 'c', function: { name: 'now', arguments: written } }];
    server.handler = (response, request) =>
      json(
        server.bodies.length === 1
          ? { choices: [{ finish_reason: 'tool_calls', message: { tool_calls: calls } }] }
          : { choices: [{ finish_reason: 'stop', message: { content: 'ok' } }] },
      )(response, request);
    await asked.generate({ model: models.openai, prompt: 'x', tools: [Desk] });
    expect(performed).toEqual([]);
    expect(server.bodies[1]).toMatchObject({
      messages: [
        { role: 'user' },
        { role: 'assistant', tool_calls: [{ id: 'c', function: { name: 'now', arguments: '{}' } }] },
        {
          role: 'tool',
          tool_call_id: 'c',
          content: expect.stringMatching(/^Error: The arguments of 'now' are no/),
        },
      ],
    });
  },
);
