import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (response: ServerResponse, request: IncomingMessage) => void;

/** A vendor that does exactly what the test says, for what a mock of a well-behaved vendor can't play. */
export class LocalServer {
  /** Parsed bodies of the requests, oldest first. */
  readonly bodies: unknown[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  handler: Handler = (response) => response.writeHead(404).end();
  url = '';

  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      this.headers.push(request.headers);
      this.bodies.push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      this.handler(response, request);
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  reset(): void {
    this.bodies.length = 0;
    this.headers.length = 0;
  }
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Handler {
  return (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Server-sent events; `then` says how it ends. */
export function events(
  list: readonly object[],
  then: (response: ServerResponse) => void = (response) => response.end(),
): Handler {
  return (response) => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
    const text = list
      .map(
        (each) => `${'type' in each ? `event: ${String(each.type)}\n` : ''}data: ${JSON.stringify(each)}\n\n`,
      )
      .join('');
    response.write(text, () => then(response));
  };
}

/** A message as Responses has it among the items of an output. */
export function messageItem(text: string, more: object = {}) {
  const content = [{ type: 'output_text', text, annotations: [] }];
  return { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content, ...more };
}

/** An answer of Responses. */
export function responseOf(output: readonly object[], more: object = {}) {
  return {
    id: 'resp_1',
    object: 'response',
    status: 'completed',
    error: null,
    incomplete_details: null,
    output,
    usage: {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 80 },
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 105,
    },
    ...more,
  };
}

/** A whole, short answer of each vendor, and the beginning and the end of one that is streamed. */
export const spoken = {
  openai: {
    answer: {
      id: 'x',
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi!' } }],
      usage: { prompt_tokens: 100, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 80 } },
    },
    begun: [{ choices: [{ index: 0, delta: { content: 'Once ' } }] }],
    ended: [{ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }],
    error: { error: { message: 'The engine is overloaded', type: 'server_error', code: null } },
  },
  responses: {
    answer: responseOf([messageItem('Hi!')]),
    begun: [
      { type: 'response.created', response: { object: 'response', status: 'in_progress', output: [] } },
      { type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: 'Once ' },
    ],
    ended: [{ type: 'response.completed', response: responseOf([messageItem('Once ')]) }],
    error: { error: { message: 'The engine is overloaded', type: 'server_error', code: null } },
  },
  anthropic: {
    answer: {
      id: 'x',
      type: 'message',
      role: 'assistant',
      content: [{ type: 'text', text: 'Hi!' }],
      stop_reason: 'end_turn',
      usage: { input_tokens: 20, cache_read_input_tokens: 80, output_tokens: 5 },
    },
    begun: [
      { type: 'message_start', message: { usage: { input_tokens: 20, output_tokens: 1 } } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Once ' } },
    ],
    ended: [
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } },
      { type: 'message_stop' },
    ],
    error: { type: 'error', error: { type: 'overloaded_error', message: 'The engine is overloaded' } },
  },
} as const;
