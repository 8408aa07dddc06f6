import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { limitFetch } from './dispatchers.fixture.js';
import { events, json, LocalServer, spoken } from './local-server.fixture.js';
import { listen, never, request, vendors } from './vendors.fixture.js';

/** Milliseconds. Node's fetch has five minutes; what goes beyond this limit goes beyond that one. */
const limit = 50;

const server = new LocalServer();
let unlimit: () => void = () => undefined;
beforeAll(() => server.start());
afterEach(() => unlimit());
afterAll(() => server.stop());

/** Lets the server begin its answers, if at all, and stop there until `go` is called with what comes then. */
function halfway(begin: (response: ServerResponse, then: () => void) => void) {
  const waiting: ServerResponse[] = [];
  const arrived = new Promise<void>((resolve) => {
    server.handler = (response) =>
      begin(response, () => {
        waiting.push(response);
        resolve();
      });
  });
  return { arrived, go: (end: (response: ServerResponse) => void) => waiting.forEach(end) };
}

/** What a request by plain fetch to the same server fails with: it is sent later than ours, and has reached the limit. */
async function failureOfFetch(): Promise<unknown> {
  try {
    const response = await fetch(server.url, { method: 'POST', body: '{}' });
    return await response.text();
  } catch (error) {
    return (error as { cause?: { code?: unknown } }).cause?.code;
  }
}

describe.each(vendors)(
  '$vendor, where the HTTP client has a short limit of its own',
  ({ vendor, model, provider }) => {
    const { answer, begun, ended } = spoken[vendor];

    it('waits for the headers of an answer as long as the caller does', async () => {
      const { arrived, go } = halfway((_response, then) => then());
      unlimit = limitFetch({ headersTimeout: limit });
      const ours = provider(server.url).generate(request(model, 'hello'), never());
      await arrived;
      expect(await failureOfFetch()).toBe('UND_ERR_HEADERS_TIMEOUT');
      go((response) => json(answer)(response, response.req));
      await expect(ours).resolves.toMatchObject({ text: 'Hi!' });
    });

    it('waits for the rest of an answer as long as the caller does', async () => {
      const body = JSON.stringify(answer);
      const { arrived, go } = halfway((response, then) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write(body.slice(0, 10), then);
      });
      unlimit = limitFetch({ bodyTimeout: limit });
      const ours = provider(server.url).generate(request(model, 'hello'), never());
      await arrived;
      expect(await failureOfFetch()).toBe('UND_ERR_BODY_TIMEOUT');
      go((response) => response.end(body.slice(10)));
      await expect(ours).resolves.toMatchObject({ text: 'Hi!' });
    });

    it('waits for the next piece of a stream as long as the caller does', async () => {
      const { arrived, go } = halfway((response, then) => events(begun, then)(response, response.req));
      unlimit = limitFetch({ bodyTimeout: limit });
      const ours = listen(provider(server.url).stream(request(model, 'hello'), never()));
      await arrived;
      expect(await failureOfFetch()).toBe('UND_ERR_BODY_TIMEOUT');
      go((response) => events(ended)(response, response.req));
      await expect(ours).resolves.toMatchObject({ texts: ['Once '], answer: { finishReason: 'stop' } });
    });

    it('sends what it has to send through the dispatcher that the application has set, a proxy for example', async () => {
      server.handler = json(answer);
      const seen: string[] = [];
      unlimit = limitFetch({}, (path) => seen.push(path));
      await provider(server.url).generate(request(model, 'hello'), never());
      const paths = {
        openai: '/v1/chat/completions',
        responses: '/v1/responses',
        anthropic: '/v1/messages',
      };
      expect(seen).toEqual([paths[vendor]]);
    });

    it('sends it by the fetch that is there at the time, a mock for example', async () => {
      const vendorOfTest = provider(server.url);
      const original = globalThis.fetch;
      unlimit = () => void (globalThis.fetch = original);
      globalThis.fetch = async () => Response.json(answer);
      await expect(vendorOfTest.generate(request(model, 'hello'), never())).resolves.toMatchObject({
        text: 'Hi!',
      });
    });

    it('answers in one piece also what may take longer than ten minutes', async () => {
      server.handler = json(answer);
      const long = request(model, 'hello', { maxTokens: 128_000 });
      await expect(provider(server.url).generate(long, never())).resolves.toMatchObject({ text: 'Hi!' });
    });
  },
);
