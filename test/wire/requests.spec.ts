import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { anthropic } from '../../lib/anthropic/index.js';
import { openai } from '../../lib/openai/index.js';
import { jsonSchemaOf } from '../../lib/values/index.js';
import { json, LocalServer, spoken } from './local-server.fixture.js';
import { never, request, vendors } from './vendors.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

const tools = [{ name: 'now', description: 'The time.', input: { type: 'object', properties: {} } }];
const output = { name: 'triage', schema: jsonSchemaOf(z.object({ topic: z.string().min(2) })) };
const messages = [
  { role: 'system', content: 'Be kind.' },
  { role: 'user', content: 'what time is it?' },
  { role: 'assistant', content: '', toolCalls: [{ id: 'c1', name: 'now', raw: '{oops' }] },
  { role: 'tool', toolCallId: 'c1', name: 'now', content: 'Error: no JSON', isError: true },
] as const;

describe('what the vendors are sent', () => {
  it('openai: the limit, strict JSON Schema, tools, and nothing of ours', async () => {
    server.handler = json(spoken.openai.answer);
    const vendor = openai({
      apiKey: 'k',
      baseURL: `${server.url}/v1`,
      organization: 'o',
      defaultHeaders: { 'x-a': '1' },
    });
    const more = {
      messages,
      tools,
      toolChoice: 'required',
      output,
      temperature: 0.5,
      stop: ['END'],
      alias: 'fast',
      template: 't',
    } as const;
    await vendor.generate(request('openai/gpt-5-mini', '', more), never());
    expect(server.bodies[0]).toEqual({
      model: 'gpt-5-mini',
      max_tokens: 100,
      messages: [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: 'what time is it?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'now', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'Error: no JSON' },
      ],
      tools: [
        {
          type: 'function',
          function: { name: 'now', description: 'The time.', parameters: { type: 'object', properties: {} } },
        },
      ],
      tool_choice: 'required',
      response_format: {
        type: 'json_schema',
        json_schema: {
          name: 'triage',
          strict: true,
          schema: {
            type: 'object',
            properties: { topic: { type: 'string', minLength: 2 } },
            required: ['topic'],
            additionalProperties: false,
          },
        },
      },
      temperature: 0.5,
      stop: ['END'],
    });
    expect(server.headers[0]).toMatchObject({
      authorization: 'Bearer k',
      'openai-organization': 'o',
      'x-a': '1',
    });
  });

  it('openai: a schema that strict mode cannot say goes as guidance', async () => {
    server.handler = json(spoken.openai.answer);
    const open = { name: 'x', schema: jsonSchemaOf(z.looseObject({ topic: z.string().optional() })) };
    await vendors[0].provider(server.url).generate(request('openai/m', 'hello', { output: open }), never());
    expect(server.bodies[0]).toMatchObject({
      response_format: { json_schema: { strict: false, schema: open.schema } },
    });
  });

  it('anthropic: max_tokens, system apart, output_config, results of tools as blocks of one message', async () => {
    server.handler = json(spoken.anthropic.answer);
    const vendor = anthropic({ apiKey: 'k', baseURL: server.url, defaultHeaders: { 'x-a': '1' } });
    const more = {
      messages,
      tools,
      toolChoice: 'required',
      output,
      temperature: 0.5,
      stop: ['END'],
      alias: 'fast',
      template: 't',
    } as const;
    await vendor.generate(request('anthropic/claude-haiku-4-5', '', more), never());
    expect(server.bodies[0]).toEqual({
      model: 'claude-haiku-4-5',
      max_tokens: 100,
      system: 'Be kind.',
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'what time is it?' }] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'c1', name: 'now', input: {} }] },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'c1', content: 'Error: no JSON', is_error: true }],
        },
      ],
      tools: [{ name: 'now', description: 'The time.', input_schema: { type: 'object', properties: {} } }],
      tool_choice: { type: 'any' },
      output_config: {
        format: {
          type: 'json_schema',
          schema: {
            type: 'object',
            properties: { topic: { type: 'string', description: '{minLength: 2}' } },
            required: ['topic'],
            additionalProperties: false,
          },
        },
      },
      temperature: 0.5,
      stop_sequences: ['END'],
    });
    expect(server.headers[0]).toMatchObject({ authorization: 'Bearer k', 'x-a': '1' });
  });

  it('openai: an exhausted quota is a 429 that no retry mends', async () => {
    server.handler = json(
      {
        error: {
          message: 'You exceeded your current quota',
          type: 'insufficient_quota',
          code: 'insufficient_quota',
        },
      },
      429,
    );
    await expect(
      vendors[0].provider(server.url).generate(request('openai/m', 'hello'), never()),
    ).rejects.toMatchObject({
      failure: { status: 429, transient: false },
    });
  });

  it('anthropic: says that it has no embeddings', async () => {
    await expect(vendors[1].provider(server.url).embed('m', ['x'], never())).rejects.toMatchObject({
      message: expect.stringContaining('has no embeddings'),
      failure: { transient: false },
    });
  });
});
