import 'reflect-metadata';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsEnum, IsIn, IsOptional, IsString, ValidateNested } from 'class-validator';
import { z } from 'zod';
import { anthropic } from '../../lib/anthropic/index.js';
import { modelService } from '../../lib/models/model-service.fixture.js';
import { openai } from '../../lib/openai/index.js';
import { tool } from '../../lib/tools/registered-tool.fixture.js';
import { Desk } from '../../lib/tools/registered-tool.fixture.js';
import type { Schema } from '../../lib/values/index.js';
import { events, type Handler, json, LocalServer } from './local-server.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

/** The two vendors' ways to say a text, and to call a tool, whole and in pieces. */
const wires = {
  openai: {
    model: 'openai/gpt-5-mini',
    whole: (content: string): Handler =>
      json({
        choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
        usage: { prompt_tokens: 1, completion_tokens: 1 },
      }),
    pieces: (content: string): Handler =>
      events([
        ...[...content].map((each) => ({ choices: [{ index: 0, delta: { content: each } }] })),
        { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
        { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } },
      ]),
    calling: (name: string, args: unknown): Handler =>
      json({
        choices: [
          {
            index: 0,
            finish_reason: 'tool_calls',
            message: {
              role: 'assistant',
              content: null,
              tool_calls: [
                { id: 'c1', type: 'function', function: { name, arguments: JSON.stringify(args) } },
              ],
            },
          },
        ],
        usage: { prompt_tokens: 1, completion_tokens: 1 },
      }),
  },
  anthropic: {
    model: 'anthropic/claude-haiku-4-5',
    whole: (text: string): Handler =>
      json({
        type: 'message',
        role: 'assistant',
        content: [{ type: 'text', text }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 1, output_tokens: 1 },
      }),
    pieces: (content: string): Handler =>
      events([
        { type: 'message_start', message: { usage: { input_tokens: 1, output_tokens: 1 } } },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        ...[...content].map((text) => ({
          type: 'content_block_delta',
          index: 0,
          delta: { type: 'text_delta', text },
        })),
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
        { type: 'message_stop' },
      ]),
    calling: (name: string, input: unknown): Handler =>
      json({
        type: 'message',
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'c1', name, input }],
        stop_reason: 'tool_use',
        usage: { input_tokens: 1, output_tokens: 1 },
      }),
  },
} as const;

enum Urgency {
  Low,
  High,
}
class Line {
  @IsString() sku!: string;
}
class Ticket {
  @IsEnum(Urgency) urgency!: Urgency;
  @IsIn(['billing', null]) topic!: string | null;
  @ValidateNested({ each: true }) @Type(() => Line) lines!: Line[];
}
class Noted {
  @IsOptional() @IsString() note?: string | null;
}
const Category = z.object({
  name: z.string(),
  get children() {
    return z.array(Category);
  },
});
const payment = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('card'), last4: z.string() }),
  z.object({ kind: z.literal('cash'), given: z.number().optional() }),
]);

/** How each kind of schema is sent (OpenAI: strictly or as guidance; Anthropic: as a format or in words), what comes back, and what is made of it. */
interface Kind {
  readonly what: string;
  readonly schema: Schema;
  readonly strict: boolean;
  readonly format: boolean;
  readonly written: unknown;
  readonly output: unknown;
}
const same = (value: unknown) => ({ written: value, output: value });
const kinds: readonly Kind[] = [
  { what: 'a plain object', schema: z.object({ a: z.string() }), strict: true, format: true, ...same({ a: 'x' }) },
  { what: 'properties that may be missing', schema: z.object({ a: z.string().optional(), b: z.int() }), strict: true, format: true, written: { a: null, b: 1 }, output: { b: 1 } },
  { what: 'a property that may be missing or null', schema: z.object({ a: z.string().nullish() }), strict: false, format: true, ...same({ a: null }) },
  { what: 'a property with a default', schema: z.object({ a: z.number().default(3) }), strict: true, format: true, written: { a: null }, output: { a: 3 } },
  { what: 'a class with an enum of numbers, null in a list of values and nested classes', schema: Ticket, strict: true, format: true, ...same({ urgency: 1, topic: null, lines: [{ sku: 'A' }] }) },
  { what: 'a class with an optional property', schema: Noted, strict: false, format: true, ...same({}) },
  { what: 'a record', schema: z.object({ r: z.record(z.string(), z.number()) }), strict: false, format: false, ...same({ r: { x: 1 } }) },
  { what: 'an open object', schema: z.looseObject({ a: z.string() }), strict: false, format: false, ...same({ a: 'x', more: [1] }) },
  { what: 'a tuple', schema: z.object({ t: z.tuple([z.string(), z.number()]) }), strict: false, format: false, ...same({ t: ['x', 1] }) },
  { what: 'a list', schema: z.array(z.int()), strict: true, format: true, written: { value: [1] }, output: [1] },
  { what: 'a union', schema: payment, strict: true, format: true, written: { value: { kind: 'cash', given: null } }, output: { kind: 'cash' } },
  { what: 'a schema that contains itself', schema: Category, strict: true, format: false, ...same({ name: 'a', children: [{ name: 'b', children: [] }] }) },
  { what: 'a list of a schema that contains itself', schema: z.array(Category), strict: true, format: false, written: { value: [{ name: 'a', children: [] }] }, output: [{ name: 'a', children: [] }] },
  { what: 'literals of several types', schema: z.object({ v: z.literal([1, 'a', null]) }), strict: true, format: true, ...same({ v: null }) },
  { what: 'rules that Anthropic does not know', schema: z.object({ n: z.int().min(1).max(5), s: z.string().max(3) }), strict: true, format: true, ...same({ n: 5, s: 'abc' }) },
  { what: 'anything', schema: z.object({ any: z.any() }), strict: false, format: false, ...same({ any: { x: [null] } }) },
]; // prettier-ignore

interface OpenAiBody {
  readonly response_format: { readonly json_schema: { readonly strict: boolean; readonly schema: unknown } };
}
interface AnthropicBody {
  readonly output_config?: { readonly format: { readonly schema: unknown } };
  readonly system?: string;
}

describe.each(['openai', 'anthropic'] as const)('structured output of %s', (vendor) => {
  const wire = wires[vendor];
  const service = (tools: Parameters<typeof modelService>[0] = {}) =>
    modelService({
      providers: [
        openai({ apiKey: 'k', baseURL: `${server.url}/v1` }),
        anthropic({ apiKey: 'k', baseURL: server.url }),
      ],
      aliases: {},
      ...tools,
    }).models;

  describe.each(['whole', 'pieces'] as const)('%s', (form) => {
    const ask = async (schema: Schema): Promise<unknown> => {
      const request = { model: wire.model, prompt: 'go', output: schema };
      if (form === 'whole') return (await service().generate(request)).output;
      const stream = service().stream(request);
      for await (const _ of stream) continue;
      return (await stream.result).output;
    };

    it.each(kinds)(
      'asks for $what, and reads it back',
      async ({ schema, strict, format, written, output }) => {
        server.handler = wire[form](JSON.stringify(written));
        await expect(ask(schema)).resolves.toEqual(output);
        expect(server.bodies).toHaveLength(1);
        if (vendor === 'openai') {
          expect((server.bodies[0] as OpenAiBody).response_format.json_schema.strict).toBe(strict);
        } else {
          const { output_config: config, system } = server.bodies[0] as AnthropicBody;
          expect({ format: config !== undefined, words: system?.includes('JSON Schema') ?? false }).toEqual({
            format,
            words: !format,
          });
        }
      },
    );

    it('reads an answer in a fence after thoughts, and asks no second time', async () => {
      server.handler = wire[form]('<think>{"a":"y"}?</think>\nHere:\n```json\n{"a":"x"}\n```');
      await expect(ask(z.object({ a: z.string() }))).resolves.toEqual({ a: 'x' });
      expect(server.bodies).toHaveLength(1);
    });

    it('asks again about an answer that holds two values', async () => {
      const answers = ['{"a":"x"} {"a":"y"}', '{"a":"y"}'];
      server.handler = (...args) => wire[form](answers.shift() ?? '')(...args);
      await expect(ask(z.object({ a: z.string() }))).resolves.toEqual({ a: 'y' });
      expect(JSON.stringify(server.bodies[1])).toContain('different JSON values');
    });
  });

  it('sends the parameters of tools in a form that both vendors take, and reads the arguments back', async () => {
    const performed: unknown[] = [];
    const add = (name: string, input: Schema) =>
      tool(name, (args: unknown) => performed.push(args), { input });
    const tools = [
      add('pay', payment),
      add('note', z.object({ text: z.string().optional(), tags: z.array(z.any()).optional() })),
    ];
    const models = service({ tools });
    const answers = [
      wire.calling('pay', { value: { kind: 'cash', given: null } }),
      wire.calling('note', { text: null, tags: [null] }),
      wire.whole('done'),
    ];
    server.handler = (...args) => answers.shift()?.(...args);
    await models.generate({ model: wire.model, prompt: 'go', tools: [Desk] });
    expect(performed).toEqual([{ kind: 'cash' }, { tags: [null] }]);
    const sent = server.bodies[0] as {
      tools: { input_schema?: object; function?: { parameters: object } }[];
    };
    for (const each of sent.tools) {
      const schema = each.input_schema ?? each.function?.parameters;
      expect(schema).toMatchObject({ type: 'object' });
      for (const keyword of ['anyOf', 'oneOf', 'allOf', 'not', 'enum'])
        expect(schema).not.toHaveProperty([keyword]);
    }
  });
});
