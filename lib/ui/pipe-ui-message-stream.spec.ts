import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Subject } from 'rxjs';
import { type AgentEvent, AgentEventStream, type FollowedAgent } from '../agents/index.js';
import { pipeUIMessageStream, type PipeOptions } from './pipe-ui-message-stream.js';

const own = { agent: 'help', call: 'k', depth: 0 } as const;

describe('pipeUIMessageStream', () => {
  let server: Server;
  let events: Subject<AgentEvent>;
  let position = 0;
  let options: PipeOptions = {};
  let piped: Promise<void>;
  const cancelled: string[] = [];

  beforeEach(async () => {
    Logger.overrideLogger(false);
    events = new Subject();
    options = {};
    position = 0;
    cancelled.length = 0;
    const source = {
      handle: { id: 'run-1', cancel: async (reason: string) => void cancelled.push(reason) },
      events: new AgentEventStream((subscriber) => events.subscribe(subscriber)),
    } as unknown as FollowedAgent;
    server = createServer((_, response) => {
      piped = pipeUIMessageStream(source, response, options);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    jest.useRealTimers();
    server.closeAllConnections();
    server.close();
  });

  const tell = (event: object) =>
    events.next({ ...own, ...event, position: `${(position += 1)}.0.1` } as AgentEvent);
  const read = async (): Promise<IncomingMessage> => {
    const { port } = server.address() as AddressInfo;
    const asking = request({ port, host: '127.0.0.1', method: 'POST' });
    asking.end();
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    response.setEncoding('utf8');
    while (!events.observed) await new Promise((resolve) => setImmediate(resolve));
    return response;
  };
  const textOf = async (response: IncomingMessage) => {
    let text = '';
    for await (const piece of response) text += String(piece);
    return text;
  };

  it('says in its headers what it is, and lets nobody hold it back', async () => {
    const { headers } = await read();
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream',
      'x-vercel-ai-ui-message-stream': 'v1',
      'x-accel-buffering': 'no',
    });
    expect(headers['cache-control']).toContain('no-transform');
  });

  it('gives a slow reader everything, in fewer pieces, and lets nothing wait for it', async () => {
    const response = await read();
    const pieces = 2_000;
    for (let number = 0; number < pieces; number++) {
      tell({ type: 'text', text: `${String(number).padStart(6, '0')}${'x'.repeat(994)}` });
      if (number % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    events.complete();
    const chunks = (await textOf(response)).split('\n\n').filter((chunk) => chunk.includes('text-delta'));
    const said = chunks.map((chunk) => (JSON.parse(chunk.slice(6)) as { delta: string }).delta).join('');
    expect(said).toHaveLength(pieces * 1_000);
    expect(said.slice(-1_000, -994)).toBe('001999');
    expect(chunks.length).toBeLessThan(pieces / 2);
  });

  it.each([
    ['continue', []],
    ['cancel', ['The client has disconnected.']],
  ] as const)('no longer listens when its reader has gone away (%s)', async (onDisconnect, expected) => {
    options = { onDisconnect };
    const response = await read();
    expect(events.observed).toBe(true);
    response.destroy();
    await piped;
    expect(events.observed).toBe(false);
    expect(cancelled).toEqual(expected);
  });

  it('tells that the events could not be read, and not why', async () => {
    const response = await read();
    events.error(new Error('password of the database'));
    const text = await textOf(response);
    expect(text).toContain('"type":"error"');
    expect(text).not.toContain('password');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('tells proxies every 15 seconds that the connection is alive', async () => {
    jest.useFakeTimers({
      doNotFake: [
        'nextTick',
        'setImmediate',
        'clearImmediate',
        'setTimeout',
        'clearTimeout',
        'queueMicrotask',
        'performance',
        'Date',
      ],
    });
    const response = await read();
    jest.advanceTimersByTime(15_000);
    const [first] = (await once(response, 'data')) as [string];
    const more = first.includes(':\n\n') ? first : String((await once(response, 'data'))[0]);
    expect(more).toContain(':\n\n');
  });

  it('is answered with 204 where nothing goes on', async () => {
    const idle = createServer((_, response) => void pipeUIMessageStream(undefined, response));
    idle.listen(0, '127.0.0.1');
    await once(idle, 'listening');
    const { port } = idle.address() as AddressInfo;
    expect((await fetch(`http://127.0.0.1:${port}`)).status).toBe(204);
    idle.close();
  });

  it('refuses a place that is none before anything is written', async () => {
    options = { after: 'somewhere' };
    const { port } = server.address() as AddressInfo;
    const asking = request({ port, host: '127.0.0.1' });
    asking.on('error', () => undefined);
    asking.end();
    await once(server, 'request');
    await expect(piped).rejects.toThrow(/position/);
  });
});
