import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { anthropic } from '../../lib/anthropic/index.js';
import { OrchestrationError } from '../../lib/errors/index.js';
import { modelService } from '../../lib/models/model-service.fixture.js';
import { openai } from '../../lib/openai/index.js';
import { Desk, tool } from '../../lib/tools/registered-tool.fixture.js';
import { LocalServer, spoken, responseOf, messageItem } from './local-server.fixture.js';

const server = new LocalServer();
const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeAll(() => {
  process.on('unhandledRejection', note);
  return server.start();
});
afterAll(() => {
  process.off('unhandledRejection', note);
  return server.stop();
});
beforeEach(() => server.reset());
afterEach(() => expect(unhandled).toEqual([]));

interface Call {
  readonly args: Record<string, unknown>;
}

const functionCall = ({ args }: Call, index: number) => ({
  type: 'function_call',
  id: `fc_${index}`,
  call_id: `c${index}`,
  name: 'note',
  arguments: JSON.stringify(args),
});

/** How each vendor writes an answer with calls, in one piece and as a stream, and how it says that it is done. */
const vendors = {
  openai: {
    model: 'openai/gpt-5-mini',
    whole: ['stop', 'tool_calls'],
    reasons: ['stop', 'tool_calls', 'length', 'content_filter', 'abort', ''],
    body: (calls: readonly Call[], reason: string) => ({
      choices: [
        {
          index: 0,
          finish_reason: reason,
          message: {
            role: 'assistant',
            content: 'Well.',
            tool_calls: calls.map(({ args }, index) => ({
              id: `c${index}`,
              type: 'function',
              function: { name: 'note', arguments: JSON.stringify(args) },
            })),
          },
        },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    }),
    stream: (calls: readonly Call[], reason: string) => [
      { choices: [{ index: 0, delta: { content: 'Well.' } }] },
      ...calls.flatMap(({ args }, index) => [
        {
          choices: [
            {
              index: 0,
              delta: { tool_calls: [{ index, id: `c${index}`, function: { name: 'note', arguments: '' } }] },
            },
          ],
        },
        ...JSON.stringify(args)
          .match(/[\s\S]{1,7}/g)!
          .map((text) => ({
            choices: [{ index: 0, delta: { tool_calls: [{ index, function: { arguments: text } }] } }],
          })),
      ]),
      { choices: [{ index: 0, delta: {}, finish_reason: reason }] },
      { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } },
    ],
    done: spoken.openai.answer as unknown,
    doneStream: [
      { choices: [{ index: 0, delta: { content: 'Hi!' }, finish_reason: 'stop' }] },
      { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } },
    ] as unknown[],
  },
  responses: {
    model: 'responses/gpt-5-mini',
    whole: ['completed'],
    reasons: ['completed', 'incomplete', 'failed', 'in_progress', 'queued', ''],
    body: (calls: readonly Call[], status: string) =>
      responseOf([messageItem('Well.'), ...calls.map(functionCall)], { status }),
    stream: (calls: readonly Call[], status: string) => [
      { type: 'response.output_text.delta', output_index: 0, delta: 'Well.' },
      ...calls.flatMap((call, index) => [
        {
          type: 'response.output_item.added',
          output_index: index + 1,
          item: { ...functionCall(call, index), arguments: '' },
        },
        ...JSON.stringify(call.args)
          .match(/[\s\S]{1,7}/g)!
          .map((delta) => ({
            type: 'response.function_call_arguments.delta',
            output_index: index + 1,
            delta,
          })),
        { type: 'response.output_item.done', output_index: index + 1, item: functionCall(call, index) },
      ]),
      { type: 'response.completed', response: responseOf([], { status }) },
    ],
    done: spoken.responses.answer as unknown,
    doneStream: [
      { type: 'response.output_text.delta', output_index: 0, delta: 'Hi!' },
      { type: 'response.completed', response: responseOf([messageItem('Hi!')]) },
    ] as unknown[],
  },
  anthropic: {
    model: 'anthropic/claude-haiku-4-5',
    whole: ['end_turn', 'tool_use'],
    reasons: ['end_turn', 'tool_use', 'max_tokens', 'refusal', 'pause_turn', ''],
    body: (calls: readonly Call[], reason: string) => ({
      type: 'message',
      content: [
        { type: 'text', text: 'Well.' },
        ...calls.map(({ args }, index) => ({ type: 'tool_use', id: `c${index}`, name: 'note', input: args })),
      ],
      stop_reason: reason,
      usage: { input_tokens: 1, output_tokens: 1 },
    }),
    stream: (calls: readonly Call[], reason: string) => [
      { type: 'message_start', message: { usage: { input_tokens: 1, output_tokens: 1 } } },
      ...calls.flatMap(({ args }, index) => [
        {
          type: 'content_block_start',
          index,
          content_block: { type: 'tool_use', id: `c${index}`, name: 'note', input: {} },
        },
        ...JSON.stringify(args)
          .match(/[\s\S]{1,7}/g)!
          .map((text) => ({
            type: 'content_block_delta',
            index,
            delta: { type: 'input_json_delta', partial_json: text },
          })),
        { type: 'content_block_stop', index },
      ]),
      { type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    ],
    done: spoken.anthropic.answer as unknown,
    doneStream: [
      { type: 'message_start', message: { usage: { input_tokens: 1, output_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Hi!' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
      { type: 'message_stop' },
    ] as unknown[],
  },
};

function written(stream: readonly unknown[]): string {
  return stream
    .map((each) => {
      const type = (each as { type?: unknown } | null)?.type;
      return `${typeof type === 'string' ? `event: ${type.replaceAll(/[\r\n]/g, '')}\n` : ''}data: ${JSON.stringify(each)}\n\n`;
    })
    .join('');
}

/** Lets the vendor answer with these bytes, then with a whole answer; tells what came of it and what was performed. */
async function outcome(vendor: keyof typeof vendors, bytes: Buffer, streamed: boolean) {
  server.reset();
  const { model, done, doneStream } = vendors[vendor];
  const performed: unknown[] = [];
  const tools = [tool('note', (args: unknown) => performed.push(args), { input: z.object({}).loose() })];
  const { models } = modelService({
    providers: [
      openai({ apiKey: 'k', baseURL: `${server.url}/v1` }),
      openai({ apiKey: 'k', baseURL: `${server.url}/v1`, api: 'responses', name: 'responses' }),
      anthropic({ apiKey: 'k', baseURL: server.url }),
    ],
    aliases: {},
    retry: { attempts: 1 },
    tools,
  });
  const type = streamed ? 'text/event-stream' : 'application/json';
  server.handler = (response) => {
    const isFirst = server.bodies.length === 1;
    response.writeHead(200, { 'content-type': type });
    response.end(isFirst ? bytes : streamed ? written(doneStream) : JSON.stringify(done));
  };
  const options = { model, prompt: 'x', tools: [Desk] };
  const result = await (streamed ? models.stream(options).result : models.generate(options)).catch(
    (error: unknown) => error,
  );
  if (result instanceof Error) expect(result).toBeInstanceOf(OrchestrationError);
  else {
    const { usage } = result as { usage: Record<string, number> };
    expect(usage['calls']).toBe(server.bodies.length);
    for (const name of ['inputTokens', 'outputTokens']) expect(usage[name]).toBeGreaterThanOrEqual(0);
    for (const name of ['inputTokens', 'outputTokens']) expect(Number.isInteger(usage[name])).toBe(true);
  }
  return performed;
}

const json = fc.jsonValue({ maxDepth: 3 });
/** JSON with the names that matter, and anything behind them. */
const near = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    json,
    fc.constantFrom('note', 'stop', 'tool_use', '{}'),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(
    fc.constantFrom(
      'choices', 'message', 'delta', 'content', 'tool_calls', 'function', 'name', 'arguments', 'id', 'index', 'finish_reason',
      'usage', 'prompt_tokens', 'completion_tokens', 'error', 'code', 'type', 'text', 'input', 'stop_reason', 'content_block',
      'output', 'status', 'response', 'item', 'output_index', 'call_id', 'summary', 'encrypted_content', 'incomplete_details', 'reasoning', 'reasoning_content', 'reasoning_details', 'thinking', 'signature', '__proto__', 'refusal', 'object',
    ), // prettier-ignore
    tie('value'),
    { maxKeys: 5 },
  ),
}));
const args = fc.dictionary(fc.string({ maxLength: 5 }), json, { maxKeys: 3, noNullPrototype: true });

describe.each(Object.keys(vendors) as (keyof typeof vendors)[])('%s', (name) => {
  const vendor = vendors[name];

  it.each([[false], [true]])(
    'any JSON as an answer (streamed: %s) gives a result or an error of ours, and is booked',
    async (streamed) => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(json, near.object, near.value), fc.nat(), async (value, where) => {
          const body = name === 'openai' && where % 3 === 0 ? { choices: [value], usage: value } : value;
          const event =
            streamed && where % 2 === 0
              ? [
                  { type: 'content_block_start', content_block: value },
                  { type: 'content_block_delta', delta: value },
                  { type: 'message_delta', delta: value, usage: value },
                  { type: 'message_stop' },
                ]
              : [body];
          const text = streamed ? written(event) : JSON.stringify(body);
          const bytes = Buffer.from(text);
          await outcome(
            name,
            where % 5 === 0 ? bytes.subarray(0, where % (bytes.length + 1)) : bytes,
            streamed,
          );
        }),
        { numRuns: 150 },
      );
    },
  );

  it.each([[false], [true]])(
    'tool calls of an answer that is cut at any byte (streamed: %s) are performed all, or none',
    async (streamed) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.record({ args }), { minLength: 1, maxLength: 3 }),
          fc.constantFrom(...vendor.reasons),
          fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: 1 }),
          async (calls, reason, share) => {
            const text = streamed
              ? written(vendor.stream(calls, reason))
              : JSON.stringify(vendor.body(calls, reason));
            const bytes = Buffer.from(text);
            const sent = bytes.subarray(0, Math.floor(bytes.length * share));
            const performed = await outcome(name, sent, streamed);
            // JSON has no negative zero.
            const asked = calls.map((call) => JSON.parse(JSON.stringify(call.args)) as unknown);
            const isMeant = vendor.whole.includes(reason) || reason === '';
            if (performed.length > 0)
              expect({ performed, isMeant }).toEqual({ performed: asked, isMeant: true });
            if (share === 1 && vendor.whole.includes(reason)) expect(performed).toEqual(asked);
          },
        ),
        { numRuns: 150 },
      );
    },
  );
});
