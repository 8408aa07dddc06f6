import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { answerParts } from './answer-parts.js';
import { serverEvents } from './server-events.js';

async function* cut(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
const text = 'event: a\ndata: {"é":1,\ndata: "b":"😀"}\n\n: comment\n\nid: 7\ndata:[DONE]\n\n';

describe('server-sent events', () => {
  it('are the same wherever the network cuts them, and whatever ends their lines', async () => {
    const expected = await all(serverEvents(cut(Buffer.from(text), 1000)));
    expect(expected).toEqual([
      { name: 'a', data: '{"é":1,\n"b":"😀"}' },
      { name: undefined, data: '[DONE]' },
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        async (size, end) => {
          const bytes = Buffer.from(text.replaceAll('\n', end));
          expect(await all(serverEvents(cut(bytes, size)))).toEqual(expected);
        },
      ),
    );
  });

  it.each([
    ['several data lines that are one text', 'data: {"a":\ndata: 1}\n\n', [{ a: 1 }]],
    ['texts without an empty line between them', 'data: {"a":1}\ndata: {"a":2}\n\n', [{ a: 1 }, { a: 2 }]],
    ['a bare line of JSON', '{"error":"x"}\n', [{ error: 'x' }]],
    ['a last event that was cut off', 'data: {"a":1}\n\ndata: {"a":', [{ a: 1 }]],
  ])('read %s', async (_what, body, values) => {
    const headers = new Headers({ 'content-type': 'text/event-stream' });
    const parts = await all(answerParts(new Response(body, { headers }), 'openai/m'));
    expect(parts.map((part) => ('value' in part ? part.value : part.kind))).toEqual(values);
  });
});
