import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { anthropic } from '../../lib/anthropic/index.js';
import { modelService } from '../../lib/models/model-service.fixture.js';
import type { Message } from '../../lib/models/index.js';
import { openai } from '../../lib/openai/index.js';
import { Desk, tool } from '../../lib/tools/registered-tool.fixture.js';
import { jsonSchemaOf } from '../../lib/values/index.js';
import {
  events,
  type Handler,
  json,
  LocalServer,
  responseOf,
  messageItem,
  spoken,
} from './local-server.fixture.js';
import { listen, never, request } from './vendors.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

const vendor = (more = {}) => openai({ apiKey: 'k', baseURL: `${server.url}/v1`, api: 'responses', ...more });
const png = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1').toString('base64');
const pdf = Buffer.from('%PDF-1.7').toString('base64');

const thought = {
  type: 'reasoning',
  id: 'rs_1',
  summary: [],
  encrypted_content: 'ZW5j',
  status: 'completed',
};
const call = (id: string) => ({
  type: 'function_call',
  id: `fc_${id}`,
  call_id: id,
  name: 'now',
  arguments: '{"a":1}',
  status: 'completed',
});
const output = [
  thought,
  messageItem('Wait.', { phase: 'commentary' }),
  call('c1'),
  { ...thought, id: 'rs_2' },
  call('c2'),
];

describe('what Responses is sent', () => {
  const tools = [{ name: 'now', description: 'The time.', input: { type: 'object', properties: {} } }];
  const schema = jsonSchemaOf(z.object({ topic: z.string() }));

  it('names the tool that has to be called', async () => {
    server.handler = json(spoken.responses.answer);
    const more = { tools, toolChoice: { tool: 'now' } } as const;
    await vendor().generate(request('openai/gpt-5-mini', 'hello', more), never());
    expect(server.bodies[0]).toMatchObject({ tool_choice: { type: 'function', name: 'now' } });
  });

  it('is the whole conversation, with nothing that stays there', async () => {
    server.handler = json(spoken.responses.answer);
    const messages: Message[] = [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'what time is it?' },
      { role: 'assistant', content: 'Well.', toolCalls: [{ id: 'c1', name: 'now', raw: '{oops' }] },
      { role: 'tool', toolCallId: 'c1', name: 'now', content: 'Error: no JSON', isError: true },
    ];
    const more = {
      messages,
      tools,
      toolChoice: 'required',
      output: { name: 'triage', schema },
      temperature: 0.5,
      reasoning: 'low',
      alias: 'fast',
      template: 't',
    } as const;
    await vendor({ reasoningSummary: 'auto' }).generate(request('openai/gpt-5-mini', '', more), never());
    expect(server.bodies[0]).toEqual({
      model: 'gpt-5-mini',
      input: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: [{ type: 'input_text', text: 'what time is it?' }] },
        { role: 'assistant', content: 'Well.' },
        { type: 'function_call', call_id: 'c1', name: 'now', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'Error: no JSON' },
      ],
      store: false,
      include: ['reasoning.encrypted_content'],
      max_output_tokens: 100,
      tools: [
        {
          type: 'function',
          name: 'now',
          description: 'The time.',
          parameters: { type: 'object', properties: {} },
          strict: false,
        },
      ],
      tool_choice: 'required',
      text: {
        format: {
          type: 'json_schema',
          name: 'triage',
          strict: true,
          schema: {
            type: 'object',
            properties: { topic: { type: 'string' } },
            required: ['topic'],
            additionalProperties: false,
          },
        },
      },
      temperature: 0.5,
      reasoning: { effort: 'low', summary: 'auto' },
    });
  });

  it.each(['gpt-4.1-mini', 'gpt-4o', 'gpt-5-chat-latest', 'ft:gpt-4o-mini:acme::1'])(
    'asks %s for no thoughts',
    async (model) => {
      server.handler = json(spoken.responses.answer);
      await vendor({ reasoningSummary: 'auto' }).generate(request(`openai/${model}`, 'hello'), never());
      expect(server.bodies[0]).not.toHaveProperty('include');
      expect(server.bodies[0]).not.toHaveProperty('reasoning');
    },
  );

  it('holds pictures and files', async () => {
    server.handler = json(spoken.responses.answer);
    const content = [
      { type: 'text', text: 'look' },
      { type: 'image', mediaType: 'image/png', data: png },
      { type: 'image', url: 'https://example.org/a.png' },
      { type: 'file', mediaType: 'application/pdf', data: pdf, name: 'bill.pdf' },
      { type: 'file', mediaType: 'application/pdf', url: 'https://example.org/b.pdf' },
      { type: 'file', mediaType: 'text/plain', data: Buffer.from('hi').toString('base64') },
    ] as const;
    await vendor().generate(request('openai/m', '', { messages: [{ role: 'user', content }] }), never());
    expect(server.bodies[0]).toMatchObject({
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'look' },
            { type: 'input_image', detail: 'auto', image_url: `data:image/png;base64,${png}` },
            { type: 'input_image', detail: 'auto', image_url: 'https://example.org/a.png' },
            { type: 'input_file', filename: 'bill.pdf', file_data: `data:application/pdf;base64,${pdf}` },
            { type: 'input_file', file_url: 'https://example.org/b.pdf' },
            { type: 'input_text', text: '<file>\nhi\n</file>' },
          ],
        },
      ],
    });
  });

  it.each([
    [{ stop: ['END'] }, "has no 'stop'"],
    [
      { messages: [{ role: 'user', content: [{ type: 'file', mediaType: 'audio/wav', data: pdf }] }] },
      'no audio/wav',
    ],
  ] as const)('never is %j', async (more, message) => {
    await expect(vendor().generate(request('openai/m', 'x', more), never())).rejects.toMatchObject({
      message: expect.stringContaining(message),
      failure: { outcome: 'not-sent', transient: false },
    });
    expect(server.bodies).toHaveLength(0);
  });

  it.each(['store', 'previous_response_id', 'max_output_tokens', 'input'])(
    'leaves %s to us',
    async (field) => {
      const providerOptions = { openai: { [field]: 'x' } };
      await expect(
        vendor().generate(request('openai/m', 'x', { providerOptions }), never()),
      ).rejects.toMatchObject({
        code: 'INPUT_VALIDATION',
      });
    },
  );
});

describe('what Responses answers', () => {
  const pieces = (final: object): Handler =>
    events([
      { type: 'response.created', response: responseOf([], { status: 'in_progress' }) },
      { type: 'response.output_item.added', output_index: 0, item: { ...thought, encrypted_content: null } },
      { type: 'response.output_item.done', output_index: 0, item: thought },
      { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'Wa' },
      { type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'it.' },
      ...output
        .slice(1)
        .map((item, index) => ({ type: 'response.output_item.done', output_index: index + 1, item })),
      final,
    ]);
  const whole = {
    text: 'Wait.',
    finishReason: 'tool-calls',
    toolCalls: [
      { id: 'c1', name: 'now', arguments: { a: 1 } },
      { id: 'c2', name: 'now', arguments: { a: 1 } },
    ],
    usage: { inputTokens: 100, cachedInputTokens: 80, outputTokens: 5 },
  };

  it('in one piece is read', async () => {
    server.handler = json(responseOf(output));
    await expect(vendor().generate(request('openai/m', 'x'), never())).resolves.toMatchObject(whole);
  });

  it.each([
    ['with everything at the end', { type: 'response.completed', response: responseOf(output) }],
    ['with nothing at the end but the usage', { type: 'response.completed', response: responseOf([]) }],
  ])('streamed %s is read', async (_, final) => {
    server.handler = pieces(final);
    const { texts, answer } = await listen(vendor().stream(request('openai/m', 'x'), never()));
    expect(texts).toEqual(['Wa', 'it.']);
    expect(answer).toMatchObject(whole);
  });

  it('streamed and cut short is a failure that may be tried again', async () => {
    server.handler = events([{ type: 'response.output_text.delta', output_index: 0, delta: 'Wa' }]);
    await expect(listen(vendor().stream(request('openai/m', 'x'), never()))).rejects.toMatchObject({
      failure: { transient: true, outcome: 'unknown' },
    });
  });

  it.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content-filter'],
    ['another', 'other'],
  ])('incomplete for %s is not whole', async (reason, finishReason) => {
    const incomplete = { status: 'incomplete', incomplete_details: { reason } };
    server.handler = json(responseOf([messageItem('Wa'), call('c1')], incomplete));
    await expect(vendor().generate(request('openai/m', 'x'), never())).resolves.toMatchObject({
      finishReason,
    });
  });

  it('that is a refusal is one, and says why', async () => {
    const refused = {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'refusal', refusal: 'I can not.' }],
    };
    server.handler = json(responseOf([refused]));
    await expect(vendor().generate(request('openai/m', 'x'), never())).resolves.toMatchObject({
      text: 'I can not.',
      finishReason: 'content-filter',
    });
  });

  it('that tells its thoughts has them beside the text', async () => {
    const summary = ['I look.', 'I think.'].map((text) => ({ type: 'summary_text', text }));
    server.handler = json(responseOf([{ ...thought, summary }, messageItem('Noon.')]));
    await expect(vendor().generate(request('openai/m', 'x'), never())).resolves.toMatchObject({
      text: 'Noon.',
      reasoning: 'I look.\n\nI think.',
    });
  });

  it.each<[string, Handler, object]>([
    [
      'in the answer',
      json(responseOf([], { status: 'failed', error: { code: 'server_error', message: 'It broke.' } })),
      {},
    ],
    ['as an event', events([{ type: 'error', code: 'server_error', message: 'It broke.', param: null }]), {}],
    [
      'in a failed response',
      events([
        {
          type: 'response.failed',
          response: responseOf([], {
            status: 'failed',
            error: { code: 'rate_limit_exceeded', message: 'It broke.' },
          }),
        },
      ]),
      {},
    ],
  ])('an error %s is one', async (_, handler) => {
    server.handler = handler;
    await expect(vendor().generate(request('openai/m', 'x'), never())).rejects.toMatchObject({
      code: 'MODEL_CALL_FAILED',
      message: expect.stringContaining('It broke.'),
    });
  });
});

describe('the thoughts of a model behind Responses', () => {
  const now = () => tool('now', () => 'noon', { input: z.object({}).loose() });
  function service() {
    return modelService({
      providers: [
        vendor(),
        openai({ apiKey: 'k', baseURL: `${server.url}/v1`, name: 'chat' }),
        anthropic({ apiKey: 'k', baseURL: server.url }),
      ],
      aliases: { both: ['openai/m', 'anthropic/m'], chats: ['openai/m', 'chat/m'] },
      retry: { attempts: 1 },
      tools: [now()],
    }).models;
  }
  const first = (): Handler => json(responseOf(output));

  it('go back to it with the results of its calls, in the order that it made', async () => {
    server.handler = (response, incoming) =>
      (server.bodies.length === 1 ? first() : json(spoken.responses.answer))(response, incoming);
    await service().generate({ model: 'openai/m', prompt: 'x', tools: [Desk] });
    const { status: _, ...sentBack } = thought;
    const asked = (id: string) => ({ type: 'function_call', call_id: id, name: 'now', arguments: '{"a":1}' });
    const told = (id: string) => ({ type: 'function_call_output', call_id: id, output: 'noon' });
    expect(server.bodies[1]).toMatchObject({
      input: [
        { role: 'user' },
        sentBack,
        { role: 'assistant', content: 'Wait.', phase: 'commentary' },
        asked('c1'),
        { ...sentBack, id: 'rs_2' },
        asked('c2'),
        told('c1'),
        told('c2'),
      ],
    });
    expect(JSON.stringify((server.bodies[1] as { input: unknown[] }).input[1])).toBe(
      JSON.stringify(sentBack),
    );
  });

  it.each([
    ['both', spoken.anthropic.answer],
    ['chats', spoken.openai.answer],
  ])('do not go to another vendor in the middle of a loop: %s', async (model, last) => {
    server.handler = (response, incoming) => {
      if (server.bodies.length === 1) return first()(response, incoming);
      const isResponses = incoming.url?.endsWith('/responses') ?? false;
      return (isResponses ? json(spoken.responses.error, 500) : json(last))(response, incoming);
    };
    const result = await service().generate({ model, prompt: 'x', tools: [Desk] });
    expect(result).toMatchObject({ text: 'Hi!' });
    expect(server.bodies).toHaveLength(3);
    expect(JSON.stringify(server.bodies[2])).not.toMatch(/ZW5j|rs_1|commentary/);
  });
});

describe('which API is used', () => {
  it.each([
    [{}, 'https://api.openai.com/v1', '/v1/responses'],
    [{}, 'https://eu.api.openai.com/v1', '/v1/responses'],
    [{ api: 'chat' as const }, 'https://api.openai.com/v1', '/v1/chat/completions'],
    [{}, 'https://example.org/v1', '/v1/chat/completions'],
    [{}, 'https://acme.openai.azure.com/openai/v1', '/openai/v1/chat/completions'],
    [{ api: 'responses' as const }, 'https://example.org/v1', '/v1/responses'],
  ])('%j, %s', async (options, baseURL, path) => {
    const original = globalThis.fetch;
    let asked = '';
    globalThis.fetch = async (url) => {
      asked = new URL(url instanceof Request ? url.url : String(url)).pathname;
      return Response.json(path.endsWith('responses') ? spoken.responses.answer : spoken.openai.answer);
    };
    try {
      await openai({ apiKey: 'k', baseURL, ...options }).generate(request('openai/m', 'x'), never());
    } finally {
      globalThis.fetch = original;
    }
    expect(asked).toBe(path);
  });
});
