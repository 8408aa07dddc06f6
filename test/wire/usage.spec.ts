import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { type ModelAnswer, ModelService, Step, Workflow } from 'nestjs-nestor';
import { OrchestrationHarness, OrchestrationTestingModule } from 'nestjs-nestor/testing';
import { recordsOf } from '../e2e/gate/records.js';
import { events, json, LocalServer, responseOf, messageItem } from './local-server.fixture.js';
import { vendors } from './vendors.fixture.js';

@Workflow({ name: 'whole', budget: { calls: 1 } })
class WholeWorkflow {
  constructor(private readonly models: ModelService) {}
  @Step() async ask() {
    return (await this.models.generate({ prompt: 'hello', maxTokens: 50 })).text;
  }
}

@Workflow({ name: 'streamed', budget: { calls: 1 } })
class StreamedWorkflow {
  constructor(private readonly models: ModelService) {}
  @Step() async ask() {
    return (await this.models.stream({ prompt: 'hello', maxTokens: 50 }).result).text;
  }
}

const ways = ['whole', 'streamed'] as const;
type Way = (typeof ways)[number];
type Vendor = (typeof vendors)[number]['vendor'];

/** How each vendor says 'Hi!' with that usage. */
const spoken: Record<Vendor, Record<Way, (usage: unknown) => LocalServer['handler']>> = {
  openai: {
    whole: (usage) =>
      json({
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi!' } }],
        usage,
      }),
    streamed: (usage) =>
      events([
        { choices: [{ index: 0, delta: { content: 'Hi!' } }], usage: null },
        { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null },
        { choices: [], usage: usage as object },
      ]),
  },
  responses: {
    whole: (usage) => json(responseOf([messageItem('Hi!')], { usage })),
    streamed: (usage) =>
      events([
        { type: 'response.output_text.delta', output_index: 0, delta: 'Hi!' },
        { type: 'response.completed', response: responseOf([messageItem('Hi!')], { usage }) },
      ]),
  },
  anthropic: {
    whole: (usage) =>
      json({
        type: 'message',
        role: 'assistant',
        content: [{ type: 'text', text: 'Hi!' }],
        stop_reason: 'end_turn',
        usage,
      }),
    streamed: (usage) => {
      const { output_tokens, output_tokens_details, ...input } = (usage ?? {}) as Record<string, unknown>;
      const begun = usage === null || usage === undefined ? usage : { ...input, output_tokens: 1 };
      return events([
        { type: 'message_start', message: { usage: begun } },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi!' } },
        {
          type: 'message_delta',
          delta: { stop_reason: 'end_turn' },
          usage: usage === null || usage === undefined ? usage : { output_tokens, output_tokens_details },
        },
        { type: 'message_stop' },
      ]);
    },
  },
};

/** The same facts in the words of both vendors; `undefined`: that vendor has no word for it. */
const told: Record<Vendor, (counts: Counts) => unknown> = {
  openai: ({ uncached, read, written, output, thought }) => ({
    prompt_tokens: uncached + read + written,
    completion_tokens: output,
    total_tokens: uncached + read + written + output,
    prompt_tokens_details: { cached_tokens: read, cache_write_tokens: written },
    completion_tokens_details: { reasoning_tokens: thought },
  }),
  responses: ({ uncached, read, written, output, thought }) => ({
    input_tokens: uncached + read + written,
    output_tokens: output,
    input_tokens_details: { cached_tokens: read, cache_write_tokens: written },
    output_tokens_details: { reasoning_tokens: thought },
  }),
  anthropic: ({ uncached, read, written, output, thought }) => ({
    input_tokens: uncached,
    cache_read_input_tokens: read,
    cache_creation_input_tokens: written,
    output_tokens: output,
    output_tokens_details: { thinking_tokens: thought },
  }),
};

interface Counts {
  readonly uncached: number;
  readonly read: number;
  readonly written: number;
  readonly output: number;
  readonly thought: number;
}

/** Garbage in the places of counts. */
const unknowns: Record<Vendor, readonly unknown[]> = {
  openai: [
    undefined,
    null,
    {},
    'ten',
    { prompt_tokens: null, completion_tokens: null, total_tokens: null },
    { prompt_tokens: '10', completion_tokens: '5' },
    { prompt_tokens: -1, completion_tokens: 0.5, prompt_tokens_details: null },
    { prompt_tokens: { value: 10 }, completion_tokens: [5], completion_tokens_details: 'none' },
  ],
  responses: [
    undefined,
    null,
    {},
    'ten',
    { input_tokens: null, output_tokens: null },
    { input_tokens: '20', output_tokens: '5' },
    { input_tokens: -1, output_tokens: 0.5, input_tokens_details: null },
    { input_tokens: { value: 10 }, output_tokens: [5], output_tokens_details: 'none' },
  ],
  anthropic: [
    undefined,
    null,
    {},
    { input_tokens: null, output_tokens: null },
    { input_tokens: '20', output_tokens: '5' },
    { input_tokens: -1, output_tokens: 0.5, cache_read_input_tokens: null },
    { input_tokens: { value: 10 }, output_tokens: [5], output_tokens_details: 'none' },
    { input_tokens: 20, cache_creation_input_tokens: 'many', output_tokens: null },
  ],
};

const price = {
  inputPerMillion: 10,
  cachedInputPerMillion: 1,
  cacheWriteInputPerMillion: 20,
  outputPerMillion: 100,
  reasoningPerMillion: 300,
};

describe.each(vendors)('what $vendor tells of usage', ({ vendor, model, provider }) => {
  const server = new LocalServer();
  let t: OrchestrationHarness;
  beforeAll(async () => {
    await server.start();
    const module = await Test.createTestingModule({
      imports: [
        OrchestrationTestingModule.forRoot({
          models: { providers: [provider(server.url)], default: model },
          prices: { models: { [model]: price } },
        }),
      ],
      providers: [WholeWorkflow, StreamedWorkflow],
    }).compile();
    t = await OrchestrationHarness.from(module, { models: 'configured' });
  });
  afterAll(async () => {
    await t.close();
    await server.stop();
  });
  beforeEach(() => server.reset());

  describe.each(ways)('%s', (way) => {
    const asked = async (usage: unknown) => {
      server.handler = spoken[vendor][way](usage);
      const result = await (way === 'whole'
        ? t.run(WholeWorkflow, undefined as never)
        : t.run(StreamedWorkflow, undefined as never));
      expect(result).toMatchObject({ status: 'completed', output: 'Hi!' });
      expect(server.bodies).toHaveLength(1);
      const [call] = await recordsOf(t, result.runId, 'call.completed');
      return { booked: result.usage, answer: call?.payload.result as unknown as ModelAnswer };
    };

    it('is booked with every part at its own price', async () => {
      const counts = { uncached: 20, read: 80, written: 400, output: 30, thought: 12 };
      const { booked, answer } = await asked(told[vendor](counts));
      expect(answer.usage).toEqual({
        inputTokens: 500,
        cachedInputTokens: 80,
        cacheWriteInputTokens: 400,
        outputTokens: 30,
        reasoningTokens: 12,
      });
      // 20 at 10, 80 at 1, 400 at 20, 18 at 100 and 12 at 300 dollars for a million.
      expect(booked).toEqual({ calls: 1, inputTokens: 500, outputTokens: 30, usd: 0.01368 });
    });

    it('may leave out the parts', async () => {
      const bare =
        vendor === 'openai'
          ? { prompt_tokens: 12, completion_tokens: 5 }
          : { input_tokens: 12, output_tokens: 5 };
      const { booked, answer } = await asked(bare);
      expect(answer.usage).toEqual({ inputTokens: 12, outputTokens: 5 });
      expect(booked).toEqual({ calls: 1, inputTokens: 12, outputTokens: 5, usd: 0.00062 });
    });

    it.each(unknowns[vendor].map((usage) => [JSON.stringify(usage), usage] as const))(
      'and can not be read counts at the estimate, once: %s',
      async (_, usage) => {
        const { booked, answer } = await asked(usage);
        expect(booked).toMatchObject({ calls: 1, outputTokens: 50 });
        expect(booked.inputTokens).toBeGreaterThan(50);
        expect(answer.usage).toEqual({ inputTokens: booked.inputTokens, outputTokens: 50 });
      },
    );

    it('and is known in part counts in part', async () => {
      const half =
        vendor === 'openai'
          ? { prompt_tokens: 10, completion_tokens: null, total_tokens: 10 }
          : { input_tokens: 10, output_tokens: null };
      expect((await asked(half)).booked).toMatchObject({ calls: 1, inputTokens: 10, outputTokens: 50 });
    });
  });
});

describe('servers that imitate OpenAI', () => {
  it('and leave the reasoning out of completion_tokens are billed for it all the same', async () => {
    const server = new LocalServer();
    await server.start();
    try {
      server.handler = spoken.openai.whole({
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 115,
        completion_tokens_details: { reasoning_tokens: 100 },
      });
      const { usage } = await vendors[0]
        .provider(server.url)
        .generate(
          { model: 'x', messages: [{ role: 'user', content: 'hi' }], maxTokens: 200 },
          new AbortController().signal,
        );
      expect(usage).toMatchObject({ inputTokens: 10, outputTokens: 105, reasoningTokens: 100 });
    } finally {
      await server.stop();
    }
  });

  it('and tell no usage for embeddings: they count at the estimate', async () => {
    const server = new LocalServer();
    await server.start();
    try {
      server.handler = json({ data: [{ index: 0, embedding: [1] }] });
      const { usage } = await vendors[0]
        .provider(server.url)
        .embed('x', ['hi'], new AbortController().signal);
      expect(usage).toEqual({ inputTokens: undefined, outputTokens: 0 });
    } finally {
      await server.stop();
    }
  });
});
