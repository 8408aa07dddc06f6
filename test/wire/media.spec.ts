import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { modelService } from '../../lib/models/model-service.fixture.js';
import { type MessagePart, toolContent } from '../../lib/content/index.js';
import { ScriptedModel } from '../../lib/testing/scripted-model.js';
import { Desk, tool } from '../../lib/tools/registered-tool.fixture.js';
import { type Handler, json, LocalServer, spoken } from './local-server.fixture.js';
import { vendors } from './vendors.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

const png = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1').toString('base64');
const large = Buffer.concat([Buffer.from(png, 'base64'), Buffer.alloc(20_000)]).toString('base64');
const pdf = Buffer.from('%PDF-1.7').toString('base64');
const csv = Buffer.from('a,b\n1,2').toString('base64');
const wav = Buffer.from('RIFF').toString('base64');
const link = 'https://example.org/cat.png';

const calling: Record<string, Handler> = {
  openai: json({
    choices: [
      {
        finish_reason: 'tool_calls',
        message: {
          content: null,
          tool_calls: ['c1', 'c2'].map((id) => ({
            id,
            type: 'function',
            function: { name: 'now', arguments: '{}' },
          })),
        },
      },
    ],
  }),
  anthropic: json({
    type: 'message',
    content: ['c1', 'c2'].map((id) => ({ type: 'tool_use', id, name: 'now', input: {} })),
    stop_reason: 'tool_use',
  }),
};

function service(screenshot: MessagePart = { type: 'image', data: large }) {
  const now = tool('now', () => toolContent([{ type: 'text', text: 'the screen' }, screenshot]));
  const fallback = new ScriptedModel('fallback');
  fallback.on(/./).reply('from the fallback');
  return modelService({
    providers: [...vendors.map(({ provider }) => provider(server.url)), fallback],
    aliases: { both: ['openai/m', 'fallback/m'] },
    retry: { attempts: 1 },
    tools: [now],
  }).models;
}
const contentOf = (body: unknown) => (body as { messages: { content: unknown }[] }).messages[0]?.content;
async function sent(vendor: 'openai' | 'anthropic', content: readonly MessagePart[]): Promise<unknown> {
  server.handler = json(spoken[vendor].answer);
  await service().generate({ model: `${vendor}/m`, prompt: [{ role: 'user', content }] });
  return contentOf(server.bodies[0]);
}

describe('what users show a model', () => {
  it('goes to Chat Completions as parts', async () => {
    const parts = await sent('openai', [
      { type: 'text', text: 'look' },
      { type: 'image', data: png },
      { type: 'image', url: link },
      { type: 'file', mediaType: 'application/pdf', data: pdf, name: 'bill.pdf' },
      { type: 'file', mediaType: 'text/csv', data: csv, name: 'table.csv' },
      { type: 'file', mediaType: 'audio/wav', data: wav },
    ]);
    expect(parts).toEqual([
      { type: 'text', text: 'look' },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
      { type: 'image_url', image_url: { url: link } },
      { type: 'file', file: { filename: 'bill.pdf', file_data: `data:application/pdf;base64,${pdf}` } },
      { type: 'text', text: '<file name="table.csv">\na,b\n1,2\n</file>' },
      { type: 'input_audio', input_audio: { data: wav, format: 'wav' } },
    ]);
  });

  it('goes to Messages as blocks', async () => {
    const blocks = await sent('anthropic', [
      { type: 'text', text: 'look' },
      { type: 'image', data: png },
      { type: 'image', url: link },
      { type: 'file', mediaType: 'application/pdf', data: pdf, name: 'bill.pdf' },
      { type: 'file', mediaType: 'application/pdf', url: 'https://example.org/bill.pdf' },
      { type: 'file', mediaType: 'text/csv', data: csv, name: 'table.csv' },
    ]);
    expect(blocks).toEqual([
      { type: 'text', text: 'look' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
      { type: 'image', source: { type: 'url', url: link } },
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: pdf },
        title: 'bill.pdf',
      },
      { type: 'document', source: { type: 'url', url: 'https://example.org/bill.pdf' } },
      {
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: 'a,b\n1,2' },
        title: 'table.csv',
      },
    ]);
  });

  it('above 16 kB reaches the vendor byte for byte', async () => {
    expect(await sent('anthropic', [{ type: 'image', data: large }])).toEqual([
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: large } },
    ]);
  });

  it.each([
    ['openai', { type: 'file', mediaType: 'application/zip', data: pdf }, 'no application/zip'],
    ['openai', { type: 'file', mediaType: 'application/pdf', url: link }, "pass 'data'"],
    ['anthropic', { type: 'file', mediaType: 'audio/wav', data: wav }, 'no audio/wav'],
    ['anthropic', { type: 'file', mediaType: 'text/csv', url: link }, "pass 'data'"],
    ['anthropic', { type: 'image', mediaType: 'image/tiff', data: png }, 'no image/tiff'],
  ] as const)('%s is not asked about what it can not take: %j', async (vendor, part, message) => {
    await expect(
      service().generate({ model: `${vendor}/m`, prompt: [{ role: 'user', content: [part] }] }),
    ).rejects.toMatchObject({ message: expect.stringContaining(message) });
    expect(server.bodies).toHaveLength(0);
  });

  it('that the first model of an alias can not take goes to the next', async () => {
    const part = { type: 'file', mediaType: 'application/zip', data: pdf } as const;
    const prompt = [{ role: 'user', content: [{ type: 'text', text: 'see' }, part] }] as const;
    expect(await service().generate({ model: 'both', prompt })).toMatchObject({ text: 'from the fallback' });
  });
});

describe('what tools show a model', () => {
  async function secondBody(vendor: 'openai' | 'anthropic'): Promise<{ messages: unknown[] }> {
    server.handler = (response, request) =>
      (server.bodies.length === 1 ? calling[vendor]! : json(spoken[vendor].answer))(response, request);
    await service().generate({ model: `${vendor}/m`, prompt: 'look', tools: [Desk] });
    return server.bodies[1] as { messages: unknown[] };
  }

  it('follows the results in a message of the user, in Chat Completions', async () => {
    const { messages } = await secondBody('openai');
    const shown = {
      role: 'user',
      content: [
        { type: 'text', text: "From the tool 'now':" },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${large}` } },
      ],
    };
    expect(messages.slice(2)).toEqual([
      { role: 'tool', tool_call_id: 'c1', content: 'the screen' },
      { role: 'tool', tool_call_id: 'c2', content: 'the screen' },
      shown,
      shown,
    ]);
  });

  it('stands in the result, in Messages', async () => {
    const { messages } = await secondBody('anthropic');
    const content = [
      { type: 'text', text: 'the screen' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: large } },
    ];
    expect(messages.at(-1)).toEqual({
      role: 'user',
      content: ['c1', 'c2'].map((tool_use_id) => ({ type: 'tool_result', tool_use_id, content })),
    });
  });

  it('and can not be read is told as an error of the tool', async () => {
    server.handler = (response, request) =>
      (server.bodies.length === 1 ? calling['openai']! : json(spoken.openai.answer))(response, request);
    const now = tool('now', () => ({ type: 'content', parts: [{ type: 'image', data: 'no base64!' }] }));
    const { models } = modelService({
      providers: vendors.map(({ provider }) => provider(server.url)),
      aliases: {},
      tools: [now],
    });
    const { toolCalls } = await models.generate({ model: 'openai/m', prompt: 'look', tools: [Desk] });
    expect(toolCalls[0]).toMatchObject({
      isError: true,
      content: expect.stringContaining('has to be the base64'),
    });
  });
});
