import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { anthropic } from '../../lib/anthropic/index.js';
import type { ModelsOptions } from '../../lib/models/index.js';
import { modelService } from '../../lib/models/model-service.fixture.js';
import { openai } from '../../lib/openai/index.js';
import { Desk, tool } from '../../lib/tools/registered-tool.fixture.js';
import { events, type Handler, json, LocalServer } from './local-server.fixture.js';
import { never, request } from './vendors.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

const vendor = (more: { limitField?: 'max_completion_tokens' } = {}) =>
  openai({ apiKey: 'k', baseURL: `${server.url}/v1`, ...more });

function service(more: Partial<ModelsOptions> = {}) {
  const performed: unknown[] = [];
  const note = tool('note', (args: unknown) => performed.push(args), { input: z.object({}).loose() });
  const providers = [vendor(), anthropic({ apiKey: 'k', baseURL: server.url })];
  return { performed, ...modelService({ providers, aliases: {}, tools: [note], ...more }) };
}

/** The first answer, and another one for every request after it. */
const inTurn =
  (first: Handler, others: Handler): Handler =>
  (response, incoming) =>
    (server.bodies.length === 1 ? first : others)(response, incoming);

const call = (id: string, args = '{"a":1}') => ({
  index: 0,
  id,
  type: 'function',
  function: { name: 'note', arguments: args },
});
const usage = { prompt_tokens: 10, completion_tokens: 5 };
const done = json({ choices: [{ finish_reason: 'stop', message: { content: 'done' } }], usage });
const ask = { model: 'openai/m', prompt: 'x', tools: [Desk], maxTokens: 100 };

describe('a tool call', () => {
  it.each([[false], [true]])(
    'is not performed where the whole limit was used, whatever the reason says (streamed: %s)',
    async (streamed) => {
      const { models, performed } = service();
      const message = { tool_calls: [call('c')] };
      const spent = { prompt_tokens: 10, completion_tokens: 100 };
      server.handler = streamed
        ? events([{ choices: [{ index: 0, delta: message, finish_reason: 'tool_calls' }], usage: spent }])
        : json({ choices: [{ finish_reason: 'tool_calls', message }], usage: spent });
      const asked = streamed ? models.stream(ask).result : models.generate(ask);
      await expect(asked).rejects.toMatchObject({
        code: 'INCOMPLETE_ANSWER',
        details: { finishReason: 'length' },
      });
      expect(performed).toEqual([]);
    },
  );

  it('is performed where the usage is unknown, and counts as the most it can have been', async () => {
    const { models, performed } = service();
    server.handler = inTurn(
      json({ choices: [{ finish_reason: 'tool_calls', message: { tool_calls: [call('c')] } }] }),
      done,
    );
    await expect(models.generate(ask)).resolves.toMatchObject({ text: 'done' });
    expect(performed).toEqual([{ a: 1 }]);
  });

  it.each([['openai'], ['anthropic']])(
    'is not performed where a stop sequence has ended the answer (%s)',
    async (name) => {
      const { models, performed } = service();
      server.handler =
        name === 'openai'
          ? json({
              choices: [{ finish_reason: 'stop_sequence', message: { tool_calls: [call('c')] } }],
              usage,
            })
          : json({
              type: 'message',
              content: [{ type: 'tool_use', id: 'c', name: 'note', input: { a: 1 } }],
              stop_reason: 'stop_sequence',
              usage: { input_tokens: 10, output_tokens: 5 },
            });
      const model = name === 'openai' ? 'openai/m' : 'anthropic/m';
      await expect(models.generate({ ...ask, model })).rejects.toMatchObject({
        code: 'INCOMPLETE_ANSWER',
        details: { finishReason: 'other' },
      });
      expect(performed).toEqual([]);
    },
  );

  it('that is announced with a text and is not there is told, and not taken for the answer', async () => {
    const { models } = service();
    server.handler = inTurn(
      json({ choices: [{ finish_reason: 'tool_calls', message: { content: 'One moment.' } }], usage }),
      done,
    );
    await expect(models.generate(ask)).resolves.toMatchObject({ text: 'done' });
    expect(JSON.stringify(server.bodies[1])).toContain('announced tool calls that it does not hold');
  });

  it('whose id changes in every piece is one call', async () => {
    const { models, performed } = service();
    const piece = (id: string, text: string) => ({
      choices: [{ index: 0, delta: { tool_calls: [call(id, text)] } }],
    });
    server.handler = inTurn(
      events([
        piece('a', ''),
        piece('b', '{"a":'),
        piece('c', '1}'),
        { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }], usage },
      ]),
      done,
    );
    await models.stream(ask).result;
    expect(performed).toEqual([{ a: 1 }]);
  });
});

describe('a stream', () => {
  it('whose mark of the end stands right behind the last event is whole', async () => {
    server.handler = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const end = { choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: 'stop' }], usage };
      response.end(`data: ${JSON.stringify(end)}\ndata: [DONE]\n\n`);
    };
    await expect(service().models.stream({ ...ask, tools: [] }).result).resolves.toMatchObject({
      text: 'Hi',
    });
  });

  it('of half an answer, which is asked for again, is taken back from those who listen', async () => {
    const { models } = service();
    server.handler = inTurn(
      events([
        { choices: [{ index: 0, delta: { content: 'Let me' } }] },
        { choices: [{ index: 0, delta: { tool_calls: [call('c')] }, finish_reason: 'length' }], usage },
      ]),
      events([{ choices: [{ index: 0, delta: { content: 'done' }, finish_reason: 'stop' }], usage }]),
    );
    const heard: unknown[] = [];
    for await (const delta of models.stream(ask)) heard.push(delta.type === 'text' ? delta.text : delta.type);
    expect(heard).toEqual(['Let me', 'restart', 'done']);
  });

  it('of data that does not fit is taken back from those who listen', async () => {
    const { models } = service();
    const said = (content: string) =>
      events([{ choices: [{ index: 0, delta: { content }, finish_reason: 'stop' }], usage }]);
    server.handler = inTurn(said('{"topic":5}'), said('{"topic":"a"}'));
    const heard: unknown[] = [];
    const output = z.object({ topic: z.string() });
    for await (const delta of models.stream({ model: 'openai/m', prompt: 'x', output }))
      heard.push(delta.type === 'text' ? delta.text : delta.type);
    expect(heard).toEqual(['{"topic":5}', 'output.partial', 'restart', '{"topic":"a"}', 'output.partial']);
  });
});

describe('an error in an answer with status 200', () => {
  it.each([
    [{ code: 'x', status: 400 }, false, 400],
    [{ code: 'x', status: 429 }, true, 429],
    [{ code: 503 }, true, 503],
    [{ code: 'x' }, true, undefined],
  ])('%j is judged by the status in it', async (error, transient, status) => {
    server.handler = json({ error: { message: 'no', ...error } });
    const failure = await vendor()
      .generate(request('openai/m', 'x'), never())
      .catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ failure: { transient, ...(status === undefined ? {} : { status }) } });
  });
});

describe('the limit of an answer', () => {
  it('has the name that the option gives, else that of servers that imitate OpenAI', async () => {
    server.handler = done;
    await vendor().generate(request('openai/m', 'x'), never());
    await vendor({ limitField: 'max_completion_tokens' }).generate(request('openai/m', 'x'), never());
    expect(server.bodies).toMatchObject([{ max_tokens: 100 }, { max_completion_tokens: 100 }]);
    expect(server.bodies[1]).not.toHaveProperty('max_tokens');
  });
});

describe('embeddings', () => {
  const embed = () => vendor().embed('e', ['one', 'two'], never());

  it('are put in order, also as base64, and what is used of them is read', async () => {
    const base64 = Buffer.from(new Float32Array([0.5, -2]).buffer).toString('base64');
    server.handler = json({
      data: [
        { index: 1, embedding: [3, 4] },
        { index: 0, embedding: base64 },
      ],
      usage: { prompt_tokens: 7 },
    });
    await expect(embed()).resolves.toMatchObject({
      vectors: [
        [0.5, -2],
        [3, 4],
      ],
      usage: { inputTokens: 7 },
    });
  });

  it('keep the order of the answer where the places are missing, or one for all', async () => {
    server.handler = json({
      data: [
        { index: 0, embedding: [1] },
        { index: 0, embedding: [2] },
      ],
    });
    await expect(embed()).resolves.toMatchObject({ vectors: [[1], [2]] });
  });

  it.each([
    ['an error', { error: { message: 'no such model', code: 404 } }, /404: no such model/, false],
    ['no list', { data: null }, /is not a list of embeddings/, true],
    ['nothing', {}, /is not a list of embeddings/, true],
    ['a text', 'sorry', /is not a list of embeddings/, true],
  ])('%s is a failure of the provider', async (_, body, message, transient) => {
    server.handler = json(body);
    await expect(embed()).rejects.toMatchObject({
      code: 'MODEL_CALL_FAILED',
      message: expect.stringMatching(message),
      failure: { transient },
    });
  });

  it.each([
    ['too few', [{ index: 0, embedding: [1] }], /1 vectors for 2 texts/],
    ['null', [{ embedding: [1] }, { embedding: null }], /no vector for text 2/],
    ['other lengths', [{ embedding: [1] }, { embedding: [1, 2] }], /different lengths/],
    ['texts', [{ embedding: [1] }, { embedding: ['1'] }], /is not a finite number/],
    ['a place is missing', [{ index: 1, embedding: [1] }, { embedding: [2] }], /places of its 2 vectors/],
    [
      'places are beyond the texts',
      [
        { index: 2, embedding: [1] },
        { index: 1, embedding: [2] },
      ],
      /places of its 2 vectors are 2, 1/,
    ],
    ['half a number', [{ embedding: [1] }, { embedding: 'AACAP0AA' }], /no vector for text 2/],
    ['damaged base64', [{ embedding: [1] }, { embedding: 'AACA*P0A=' }], /no vector for text 2/],
  ])('of which %s came are a failure, and never in a wrong place', async (_, data, message) => {
    server.handler = json({ data, usage: { prompt_tokens: 7 } });
    const { models } = service({ retry: { attempts: 1 } });
    await expect(models.embed({ model: 'openai/e', texts: ['one', 'two'] })).rejects.toThrow(message);
  });
});

describe('a server that imitates Messages', () => {
  const model = 'anthropic/m';
  const message = (content: unknown, more: object = {}) => ({
    type: 'message',
    role: 'assistant',
    content,
    ...more,
  });
  const say = (text: string) => ({ type: 'text', text });
  const start = { type: 'message_start', message: { usage: { input_tokens: 10, output_tokens: 1 } } };
  const end = [
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
    { type: 'message_stop' },
  ];
  const block = (content_block: object, index = 0) => ({ type: 'content_block_start', index, content_block });
  const asked = { model, prompt: 'x', tools: [Desk], maxTokens: 100 };

  it('and leaves out the usage is read, and counts as the most it can have been', async () => {
    server.handler = json(message([say('Hi')], { stop_reason: 'end_turn' }));
    await expect(service().models.generate(asked)).resolves.toMatchObject({
      text: 'Hi',
      usage: { outputTokens: 100 },
    });
  });

  it('and gives no reason in one piece is read: the text counts', async () => {
    server.handler = json(
      message([say('Hi')], { stop_reason: null, usage: { input_tokens: 1, output_tokens: 1 } }),
    );
    await expect(service().models.generate(asked)).resolves.toMatchObject({ text: 'Hi' });
  });

  it('and answers in one piece where a stream was asked for is read', async () => {
    server.handler = json(message([say('Hi')], { stop_reason: 'end_turn' }));
    await expect(service().models.stream(asked).result).resolves.toMatchObject({ text: 'Hi' });
  });

  it('and streams where nobody asked for it is read, with events that nobody knows', async () => {
    server.handler = events([start, { type: 'ping' }, { type: 'news', what: 1 }, block(say('Hi')), ...end]);
    await expect(service().models.generate(asked)).resolves.toMatchObject({ text: 'Hi' });
  });

  it.each([
    ['at the beginning', [block({ type: 'tool_use', id: 'c', name: 'note', input: { a: 1 } })]],
    [
      'in pieces',
      [
        block({ type: 'tool_use', id: 'c', name: 'note', input: {} }),
        { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"a":' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '1}' } },
      ],
    ],
  ])('and sends the input of a call %s is understood', async (_, blocks) => {
    const { models, performed } = service();
    server.handler = inTurn(
      events([
        start,
        ...blocks,
        { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } },
        { type: 'message_stop' },
      ]),
      events([start, block(say('done')), ...end]),
    );
    await expect(models.stream(asked).result).resolves.toMatchObject({ text: 'done' });
    expect(performed).toEqual([{ a: 1 }]);
  });

  it('and reports an error inside a stream has failed, and nothing of it is performed', async () => {
    const { models, performed } = service({ retry: { attempts: 1 } });
    server.handler = events([
      start,
      block({ type: 'tool_use', id: 'c', name: 'note', input: { a: 1 } }),
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    ]);
    await expect(models.stream(asked).result).rejects.toThrow(/Overloaded/);
    expect(performed).toEqual([]);
  });
});
