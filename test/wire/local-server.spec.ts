import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { events, json, LocalServer, spoken } from './local-server.fixture.js';
import { listen, never, request, vendors } from './vendors.fixture.js';

const server = new LocalServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());

const transient = { code: 'MODEL_CALL_FAILED', failure: { transient: true } };

describe.each(vendors)('$vendor against a local server', ({ vendor: name, model, provider }) => {
  const { answer, begun, error } = spoken[name];
  const vendor = () => provider(server.url);
  const generate = (signal = never()) => vendor().generate(request(model, 'hello'), signal);
  const stream = (signal = never()) => vendor().stream(request(model, 'hello'), signal);

  it('counts all input tokens, and those from the cache', async () => {
    server.handler = json(answer);
    await expect(generate()).resolves.toEqual({
      text: 'Hi!',
      toolCalls: [],
      finishReason: 'stop',
      usage: { inputTokens: 100, cachedInputTokens: 80, outputTokens: 5 },
    });
  });

  it.each([
    ['seconds', { 'retry-after': '7' }, 7000],
    ['milliseconds', { 'retry-after-ms': '250', 'retry-after': '1' }, 250],
    [
      'a date',
      { date: 'Wed, 21 Oct 2026 07:28:00 GMT', 'retry-after': 'Wed, 21 Oct 2026 07:28:30 GMT' },
      30_000,
    ],
  ])('reads Retry-After in %s', async (_form, headers, retryAfter) => {
    server.handler = json(error, 429, headers);
    await expect(generate()).rejects.toMatchObject({ failure: { status: 429, transient: true, retryAfter } });
  });

  it.each([
    [400, false],
    [401, false],
    [404, false],
    [408, true],
    [409, true],
    [422, false],
    [429, true],
    [500, true],
    [503, true],
    [529, true],
  ])('takes status %i for transient: %s, and asks only once', async (status, expected) => {
    server.handler = json({ error: { message: 'Something' } }, status);
    await expect(generate()).rejects.toMatchObject({
      message: expect.stringContaining(`${model} failed with status ${status}: Something`),
      failure: { status, transient: expected },
    });
    expect(server.bodies).toHaveLength(1);
  });

  it.each([
    ['a connection that drops before the answer', (response) => response.destroy()],
    [
      'a connection that drops inside the answer',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '9999' });
        response.write('{"id":', () => response.destroy());
      },
    ],
    [
      'malformed JSON',
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"id": "x", oops'),
    ],
    [
      'a page of a proxy with status 200',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hi</h1>'),
    ],
    ['an empty answer', (response) => response.writeHead(200).end()],
    ['JSON that is not an answer', json({ hello: 'world' })],
  ] satisfies [string, LocalServer['handler']][])('takes %s for transient', async (_what, handler) => {
    server.handler = handler;
    await expect(generate()).rejects.toMatchObject(transient);
    expect(server.bodies).toHaveLength(1);
  });

  it.each([
    ['ends too early', events(begun)],
    ['drops', events(begun, (response) => response.destroy())],
    ['ends with an error event', events([...begun, error])],
    [
      'holds malformed JSON',
      events(begun, (response) => response.end('event: message_stop\ndata: {oops\n\n')),
    ],
    ['is empty', events([])],
  ])('takes a stream that %s for transient', async (_what, handler) => {
    server.handler = handler;
    await expect(listen(stream())).rejects.toMatchObject(transient);
  });

  it('tells what an error event inside a stream says', async () => {
    server.handler = events([...begun, error]);
    await expect(listen(stream())).rejects.toThrow('The engine is overloaded');
  });

  it('stops a request by the signal, closes the connection and throws the reason, which is not a failure of the vendor', async () => {
    const abort = new AbortController();
    const reason = new Error('the run was cancelled');
    const closed = new Promise((resolve) => {
      server.handler = (_response, incoming) => {
        incoming.socket.once('close', resolve);
        abort.abort(reason);
      };
    });
    await expect(generate(abort.signal)).rejects.toBe(reason);
    await closed;
  });

  it('stops a stream by the signal in the middle, and does not take the half for the whole', async () => {
    const abort = new AbortController();
    const reason = new Error('the run was cancelled');
    server.handler = events(begun, () => undefined);
    const heard: string[] = [];
    const listening = async () => {
      for await (const delta of stream(abort.signal)) {
        if (delta.type === 'text') heard.push(delta.text);
        abort.abort(reason);
      }
    };
    await expect(listening()).rejects.toBe(reason);
    expect(heard).toEqual(['Once ']);
  });

  it('asks nobody once the signal has fired', async () => {
    server.handler = json(answer);
    await expect(generate(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect(server.bodies).toHaveLength(0);
  });
});
