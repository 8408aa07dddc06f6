import type { ServerResponse } from 'node:http';

/** Fastify's reply, as far as it is used. */
export interface FastifyReplyLike {
  readonly raw: ServerResponse;
  hijack(): unknown;
  getHeaders(): { readonly [name: string]: number | string | string[] | undefined };
}

/** What a handler is given by `@Res()` on Express or Fastify. */
export type HttpResponse = ServerResponse | FastifyReplyLike;

/** Milliseconds after which a proxy is told that the connection is alive. */
const keepAlive = 15_000;

/** Source: https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol; `x-accel-buffering` lets nginx pass on what comes as it comes. */
const headers = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  connection: 'keep-alive',
  'x-accel-buffering': 'no',
} as const;

/** Says that there is nothing to read. */
export function noContent(response: HttpResponse): void {
  const raw = rawOf(response);
  raw.writeHead(204);
  raw.end();
}

/** Server-sent events of one response, as fast as its reader takes them. */
export class EventStreamResponse {
  /** Resolves when the connection has ended, from either side. */
  readonly closed: Promise<void>;
  private readonly raw: ServerResponse;
  private readonly timer: NodeJS.Timeout;

  constructor(response: HttpResponse, more: { readonly [header: string]: string }) {
    const raw = rawOf(response);
    const timer = setInterval(() => this.send(':\n\n'), keepAlive).unref();
    this.raw = raw;
    this.timer = timer;
    this.closed = new Promise((resolve) => {
      raw.once('close', () => {
        clearInterval(timer);
        resolve();
      });
    });
    // Without a listener, a connection that breaks would end the process.
    raw.on('error', () => undefined);
    raw.writeHead(200, { ...headers, ...more });
    raw.flushHeaders();
  }

  /** Whether nobody reads any more. */
  get isClosed(): boolean {
    return this.raw.destroyed || this.raw.writableEnded;
  }

  /** Writes events; resolves when there is room for more, or nobody reads any more. */
  async write(events: readonly unknown[]): Promise<void> {
    if (events.length === 0 || this.isClosed) return;
    const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    if (this.send(text)) return;
    await Promise.race([new Promise<void>((resolve) => this.raw.once('drain', resolve)), this.closed]);
  }

  end(): void {
    clearInterval(this.timer);
    if (!this.isClosed) this.raw.end('data: [DONE]\n\n');
  }

  /** Whether there is room for more. */
  private send(text: string): boolean {
    if (this.isClosed) return true;
    const hasRoom = this.raw.write(text);
    // `compression` holds back what it is not told to pass on.
    const { flush } = this.raw as { readonly flush?: () => void };
    flush?.call(this.raw);
    return hasRoom;
  }
}

/** Node's response, with what Fastify's hooks have put on the reply. */
function rawOf(response: HttpResponse): ServerResponse {
  if (!('raw' in response)) return response;
  response.hijack();
  for (const [name, value] of Object.entries(response.getHeaders()))
    if (value !== undefined) response.raw.setHeader(name, value);
  return response.raw;
}
