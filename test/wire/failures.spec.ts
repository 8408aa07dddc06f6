import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { anthropic } from '../../lib/anthropic/index.js';
import type { ModelProvider } from '../../lib/models/index.js';
import { openai, type OpenAiOptions } from '../../lib/openai/index.js';
import { events, type Handler, json, LocalServer, spoken } from './local-server.fixture.js';
import { listen, never, request, vendors } from './vendors.fixture.js';

const server = new LocalServer();
const fetchOfNode = globalThis.fetch;
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => server.reset());
afterEach(() => void (globalThis.fetch = fetchOfNode));

const ways = [
  { way: 'in one piece', ask: (to: ModelProvider, model: string, signal = never(), more = {}) => to.generate(request(model, 'hello', more), signal) },
  { way: 'streamed', ask: (to: ModelProvider, model: string, signal = never(), more = {}) => listen(to.stream(request(model, 'hello', more), signal)) },
]; // prettier-ignore
const combinations = vendors.flatMap((vendor) => ways.map((way) => ({ ...vendor, ...way })));
const make = {
  openai,
  anthropic,
  responses: (options: OpenAiOptions) => openai({ ...options, api: 'responses' }),
};

const lost = { code: 'MODEL_CALL_FAILED', failure: { transient: true, outcome: 'unknown' } };
const unsent = { code: 'MODEL_CALL_FAILED', failure: { transient: false, outcome: 'not-sent' } };

/** An answer whose head is fine. */
const answered =
  (head: Record<string, string>, body: Buffer | string, then: 'end' | 'destroy' = 'end'): Handler =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...head });
    response.write(body, () => response[then]());
  };
/** Bytes that the HTTP server would not send by itself. */
const raw =
  (text: string): Handler =>
  (response) =>
    void response.socket?.end(text.replaceAll('\n', '\r\n'));

describe.each(combinations)('a failed request to $vendor, $way', ({ vendor, model, provider, ask }) => {
  const { begun, error } = spoken[vendor];
  const go = (more = {}) => ask(provider(server.url), model, never(), more);

  it.each([
    [400, 'refused'], [401, 'refused'], [404, 'refused'], [408, 'unknown'], [409, 'refused'], [413, 'refused'], [425, 'refused'], [429, 'refused'],
    [499, 'unknown'], [500, 'unknown'], [501, 'refused'], [502, 'unknown'], [503, 'refused'], [504, 'unknown'], [520, 'unknown'], [524, 'unknown'], [529, 'refused'],
  ])('with status %i: what was done of it is %s', async (status, outcome) => {
    server.handler = json(error, status);
    await expect(go()).rejects.toMatchObject({ failure: { status, outcome }, details: { outcome } });
    expect(server.bodies).toHaveLength(1);
  }); // prettier-ignore

  it.each([
    ['drops before the answer', (response) => response.destroy()],
    ['is reset before the answer', (response) => response.socket?.resetAndDestroy()],
    ['drops inside the answer', answered({ 'content-length': '9999' }, '{"id":', 'destroy')],
    ['ends before the length that was announced', raw('HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: 99\n\n{}')],
    ['brings no HTTP', raw('220 smtp.example.org ESMTP\n')],
    ['brings malformed chunks', raw('HTTP/1.1 200 OK\nContent-Type: application/json\nTransfer-Encoding: chunked\n\nzz\n{}\n0\n\n')],
    ['brings what is not the gzip that it says', answered({ 'content-encoding': 'gzip' }, Buffer.concat([gzipSync('{}').subarray(0, 10), Buffer.alloc(20, 7)]))],
  ] satisfies [string, Handler][])('over a connection that %s may have been done, and another attempt may help', async (_what, handler) => {
    server.handler = handler;
    await expect(go()).rejects.toMatchObject(lost);
    expect(server.bodies).toHaveLength(1);
  }); // prettier-ignore

  it('over a connection of an earlier one that the server closes just then may have been done', async () => {
    const to = provider(server.url);
    const sockets = new Set<unknown>();
    server.handler = (response, incoming) => {
      sockets.add(incoming.socket);
      if (server.bodies.length > 1) incoming.socket.destroy();
      else json(spoken[vendor].answer)(response, incoming);
    };
    await to.generate(request(model, 'hello'), never());
    await setImmediate(); // the client has the connection back
    await expect(ask(to, model)).rejects.toMatchObject(lost);
    expect([server.bodies.length, sockets.size]).toEqual([2, 1]);
  });

  it('to a server that is not there was not sent, and another attempt may help', async () => {
    const gone = new LocalServer();
    await gone.start();
    const { url } = gone;
    await gone.stop();
    await expect(ask(provider(url), model)).rejects.toMatchObject({
      message: expect.stringContaining('ECONNREFUSED'),
      failure: { transient: true, outcome: 'not-sent' },
    });
  });

  it.each([
    [
      'a key with a line break, as files of secrets have it,',
      { apiKey: 'sk-secret\nof-ours' },
      {},
      /header/i,
    ],
    ['an address that is none', { baseURL: 'not an address' }, {}, /url/i],
    ['an address of another kind', { baseURL: 'ftp://127.0.0.1/' }, {}, /scheme/],
    ['an address that fetch does not call', { baseURL: 'http://127.0.0.1:6000' }, {}, /bad port/],
    ['a value that is not JSON', {}, { temperature: 1n }, /BigInt/],
  ])('with %s was not sent, and no attempt would help', async (_what, options, more, message) => {
    const to = make[vendor]({ apiKey: 'k', baseURL: server.url, ...options });
    const failure = await ask(to, model, never(), more).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ ...unsent, message: expect.stringMatching(message) });
    expect(String(failure)).not.toContain('of-ours');
    expect(server.bodies).toHaveLength(0);
  });

  it('over TLS to a server that has none was not sent, and no attempt would help', async () => {
    await expect(ask(provider(server.url.replace('http:', 'https:')), model)).rejects.toMatchObject(unsent);
  });

  it.each([
    ['a fetch of the application that has a bug', new TypeError("Cannot read properties of undefined (reading 'x')"), false],
    ['a fetch of the application that fails as those of browsers do', new TypeError('Failed to fetch'), true],
    ['a fetch of the application that fails in its own words', new Error('no route through the tunnel'), true],
  ])('by %s is named', async (_what, thrown, transient) => {
    globalThis.fetch = () => Promise.reject(thrown);
    await expect(go()).rejects.toMatchObject({ message: expect.stringContaining(thrown.message), failure: { transient } });
  }); // prettier-ignore

  it('quotes what a proxy says on a page of a megabyte, but not the whole of it', async () => {
    const page = `<h1>Bad gateway ${'😀'.repeat(250_000)}</h1>`;
    server.handler = (response) => response.writeHead(502, { 'content-type': 'text/html' }).end(page);
    const failure = (await go().catch((thrown: unknown) => thrown)) as Error;
    expect(failure.message).toContain('failed with status 502: <h1>Bad gateway 😀');
    expect(failure.message.length).toBeLessThan(2_500);
    expect(/\p{Surrogate}/u.test(failure.message)).toBe(false);
  });

  it('that the application has stopped ends with its reason', async () => {
    const abort = new AbortController();
    server.handler = () => abort.abort(new Error('cancelled'));
    await expect(ask(provider(server.url), model, abort.signal)).rejects.toThrow('cancelled');
  });

  it('answered with what is not JSON may have been done, and another attempt may help', async () => {
    server.handler =
      ask === ways[0]?.ask
        ? answered({}, '{"id": "x", oops')
        : events(begun, (response) => response.end('event: message_stop\ndata: {oops\n\ndata: {}\n\n'));
    await expect(go()).rejects.toMatchObject({ ...lost, message: expect.stringContaining('JSON') });
  });
});

describe.each(vendors)('a stream of $vendor', ({ vendor, model, provider }) => {
  const { begun, error } = spoken[vendor];
  const heard = () => listen(provider(server.url).stream(request(model, 'hello'), never()));
  const event = (type: string, message: string) =>
    vendor === 'openai'
      ? { error: { message, type, code: null } }
      : { type: 'error', error: { type, message } };

  it.each([
    ['overloaded_error', true], ['server_error', true], ['api_error', true], ['rate_limit_error', true], ['timeout_error', true],
    ['invalid_request_error', false], ['authentication_error', false], ['insufficient_quota', false], ['billing_error', false],
  ])('that ends with the error event %s may have been done; another attempt may help: %s', async (type, transient) => {
    server.handler = events([...begun, event(type, 'It broke')]);
    await expect(heard()).rejects.toMatchObject({ message: expect.stringContaining('It broke'), failure: { transient, outcome: 'unknown' } });
  }); // prettier-ignore

  it.each([
    ['drops', (response) => response.destroy()],
    ['is reset', (response) => response.socket?.resetAndDestroy()],
    ['ends', (response) => response.end()],
  ] satisfies [string, (response: ServerResponse) => void][])('that %s in the middle may have been done, and another attempt may help', async (_what, then) => {
    server.handler = events(begun, then);
    await expect(heard()).rejects.toMatchObject(lost);
  }); // prettier-ignore

  it('that falls silent lasts until the signal, closes the connection, and ends with the reason', async () => {
    const abort = new AbortController();
    const closed = new Promise((resolve) => {
      server.handler = events(begun, (response) => {
        response.socket?.once('close', resolve);
        abort.abort(new Error('longer than its timeout'));
      });
    });
    const stream = provider(server.url).stream(request(model, 'hello'), abort.signal);
    await expect(listen(stream)).rejects.toThrow('longer than its timeout');
    await closed;
  });

  it('that its reader leaves in the middle closes the connection', async () => {
    const closed = new Promise((resolve) => {
      server.handler = events(begun, (response) => response.socket?.once('close', resolve));
    });
    const deltas = provider(server.url).stream(request(model, 'hello'), never())[Symbol.asyncIterator]();
    await expect(deltas.next()).resolves.toMatchObject({ value: { text: 'Once ' } });
    await deltas.return?.();
    await closed;
  });

  it('that is an error from its beginning is read as one that is not streamed', async () => {
    server.handler = json(error, 429, { 'retry-after': '7' });
    await expect(heard()).rejects.toMatchObject({
      failure: { status: 429, transient: true, retryAfter: 7000, outcome: 'refused' },
    });
  });
});

describe('dialects of errors in a stream', () => {
  it.each([
    [429, true],
    [502, true],
    [400, false],
    [402, false],
  ])('openrouter: the code %i is the status', async (code, transient) => {
    server.handler = events([
      ...spoken.openai.begun,
      { error: { code, message: 'Provider returned error' } },
    ]);
    await expect(
      listen(vendors[0].provider(server.url).stream(request('openai/m', 'hello'), never())),
    ).rejects.toMatchObject({ failure: { status: code, transient, outcome: 'unknown' } });
  });
});

describe('a request without a key', () => {
  it('anthropic: was not sent, and no attempt would help', async () => {
    const to = anthropic({ baseURL: server.url });
    await expect(to.generate(request('anthropic/m', 'hello'), never())).rejects.toMatchObject(unsent);
  });
});
