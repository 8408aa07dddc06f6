import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LLMock } from '@copilotkit/aimock';
import { z } from 'zod';
import { jsonSchemaOf } from '../../lib/values/index.js';
import { listen, never, request, vendors } from './vendors.fixture.js';

const tools = [
  {
    name: 'weather',
    description: 'Weather of a city.',
    input: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
];
const output = {
  name: 'triage',
  schema: jsonSchemaOf(z.object({ topic: z.string(), urgency: z.enum(['low', 'high']) })),
};

/** In the words of both vendors. */
const usage = { prompt_tokens: 12, completion_tokens: 5, input_tokens: 12, output_tokens: 5 };

describe.each(vendors)('$vendor against aimock', ({ model, provider }) => {
  const mock = new LLMock({ port: 0, logLevel: 'silent' });
  let vendor: ReturnType<typeof provider>;

  beforeAll(async () => {
    await mock.start();
    vendor = provider(mock.url);
  });
  afterAll(() => mock.stop());
  beforeEach(() => {
    mock.clearFixtures();
    mock.clearRequests();
  });

  it('answers with text, finish reason and usage', async () => {
    mock.onMessage('hello', { content: 'Hi there!', usage });
    const answer = await vendor.generate(request(model, 'hello'), never());
    expect(answer).toMatchObject({ text: 'Hi there!', toolCalls: [], finishReason: 'stop' });
    expect(answer.usage).toEqual({ inputTokens: 12, outputTokens: 5 });
  });

  it('passes system text on', async () => {
    mock.on({ systemMessage: 'Be kind.' }, { content: 'With pleasure.' });
    const messages = [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'hello' },
    ] as const;
    await expect(vendor.generate(request(model, '', { messages }), never())).resolves.toMatchObject({
      text: 'With pleasure.',
    });
  });

  it('calls tools, several at once, and takes their results', async () => {
    const calls = [
      { id: 'c1', name: 'weather', arguments: '{"city":"Paris"}' },
      { id: 'c2', name: 'weather', arguments: '{"city":"Rome"}' },
    ];
    mock.on({ userMessage: 'weather', hasToolResult: false }, { toolCalls: calls });
    mock.on({ userMessage: 'weather', hasToolResult: true }, { content: 'Both are warm.' });
    const first = await vendor.generate(request(model, 'weather?', { tools }), never());
    expect(first.finishReason).toBe('tool-calls');
    expect(first.toolCalls.map(({ name, arguments: args }) => [name, args])).toEqual([
      ['weather', { city: 'Paris' }],
      ['weather', { city: 'Rome' }],
    ]);
    const messages = [
      { role: 'user', content: 'weather?' },
      { role: 'assistant', content: '', toolCalls: first.toolCalls },
      ...first.toolCalls.map(
        ({ id }) => ({ role: 'tool', toolCallId: id, name: 'weather', content: '21 degrees' }) as const,
      ),
    ] as const;
    await expect(vendor.generate(request(model, '', { messages, tools }), never())).resolves.toMatchObject({
      text: 'Both are warm.',
      finishReason: 'stop',
    });
  });

  it('asks for structured output', async () => {
    mock.onMessage('classify', { content: '{"topic":"billing","urgency":"high"}' });
    const answer = await vendor.generate(request(model, 'classify', { output }), never());
    expect(JSON.parse(answer.text)).toEqual({ topic: 'billing', urgency: 'high' });
  });

  it('streams text, then the whole with usage', async () => {
    mock.onMessage('story', { content: 'Once upon a time there was a queue.', usage }, { chunkSize: 10 });
    const { texts, answer } = await listen(vendor.stream(request(model, 'story'), never()));
    expect(texts.length).toBeGreaterThan(1);
    expect(texts.join('')).toBe('Once upon a time there was a queue.');
    expect(answer).toMatchObject({ text: texts.join(''), finishReason: 'stop' });
    expect(answer?.usage).toEqual({ inputTokens: 12, outputTokens: 5 });
  });

  it('streams tool calls', async () => {
    const toolCalls = [{ id: 'c1', name: 'weather', arguments: '{"city":"Paris"}' }];
    mock.onMessage('weather', { toolCalls }, { chunkSize: 4 });
    const { answer } = await listen(vendor.stream(request(model, 'weather?', { tools }), never()));
    expect(answer).toMatchObject({
      finishReason: 'tool-calls',
      toolCalls: [{ id: 'c1', name: 'weather', arguments: { city: 'Paris' } }],
    });
  });

  it('takes a stream cut short for a transient failure', async () => {
    mock.onMessage('story', { content: 'Once upon a time.' }, { chunkSize: 4, truncateAfterChunks: 3 });
    await expect(listen(vendor.stream(request(model, 'story'), never()))).rejects.toMatchObject({
      code: 'MODEL_CALL_FAILED',
      failure: { transient: true },
    });
  });

  it('reads Retry-After of a 429, and does not retry by itself', async () => {
    mock.nextRequestError(429, { message: 'Slow down', type: 'rate_limit_error' });
    mock.onMessage('hello', { content: 'Hi there!' });
    await expect(vendor.generate(request(model, 'hello'), never())).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`^${model} failed with status 429: Slow down$`)),
      failure: { status: 429, transient: true, retryAfter: 1000 },
    });
    expect(mock.getRequests()).toHaveLength(1);
  });

  it('takes a 500 for transient and a 400 for lasting', async () => {
    mock.nextRequestError(500, { message: 'Oops' });
    await expect(vendor.generate(request(model, 'hello'), never())).rejects.toMatchObject({
      failure: { status: 500, transient: true },
    });
    mock.nextRequestError(400, { message: 'No such parameter', type: 'invalid_request_error' });
    await expect(vendor.generate(request(model, 'hello'), never())).rejects.toMatchObject({
      message: expect.stringContaining('No such parameter'),
      failure: { status: 400, transient: false },
    });
  });

  it.each([{ malformedRate: 1 }, { disconnectRate: 1 }])(
    'takes %j for a transient failure',
    async (chaos) => {
      mock.onMessage('hello', { content: 'Hi there!' }, { chaos });
      await expect(vendor.generate(request(model, 'hello'), never())).rejects.toMatchObject({
        code: 'MODEL_CALL_FAILED',
        failure: { transient: true },
      });
      expect(mock.getRequests()).toHaveLength(1);
    },
  );
});

describe('openai embeddings against aimock', () => {
  it('gives the vectors in order', async () => {
    const mock = await LLMock.create({ port: 0, logLevel: 'silent' });
    try {
      mock.onEmbedding('query', { embedding: [0.5, -0.25] });
      const vendor = vendors[0].provider(mock.url);
      const { vectors, usage: used } = await vendor.embed(
        'text-embedding-3-small',
        ['query', 'query'],
        never(),
      );
      expect(vectors).toEqual([
        [0.5, -0.25],
        [0.5, -0.25],
      ]);
      expect(used?.outputTokens).toBe(0);
    } finally {
      await mock.stop();
    }
  });
});
