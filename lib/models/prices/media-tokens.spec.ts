import { describe, expect, it } from '@jest/globals';
import type { MessagePart } from '../../content/index.js';
import type { Message } from '../provider/model-provider.js';
import { mostTokens } from './estimate.js';

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const pages = (count: number): string =>
  base64('%PDF-1.4\n' + '<< /Type /Page >> << /Type /Pages >>\n'.repeat(count));

/** What a part adds to the most that a request can use. */
function tokensOf(part: MessagePart, model = 'gpt-5-mini'): number {
  const request = (content: Message['content']) =>
    mostTokens({ model, messages: [{ role: 'user', content }], maxTokens: 1 }).inputTokens;
  return request([part]) - request('');
}

describe('the most tokens of a part with bytes', () => {
  const few = 300;
  it.each<[string, MessagePart, number]>([
    [
      'an image, whatever its size',
      { type: 'image', mediaType: 'image/png', data: base64(Buffer.alloc(1_000_000)) },
      5_000,
    ],
    ['an image at an address', { type: 'image', url: 'https://example.org/a.png' }, 5_000],
    ['an image beside the records', { type: 'image', blob: 'a'.repeat(64), bytes: 1_000_000 }, 5_000],
    ['three pages', { type: 'file', mediaType: 'application/pdf', data: pages(3) }, 3 * 8_000],
    [
      'pages that are compressed',
      { type: 'file', mediaType: 'application/pdf', data: base64('/Type /ObjStm') },
      100 * 8_000,
    ],
    [
      'pages at an address',
      { type: 'file', mediaType: 'application/pdf', url: 'https://example.org/a.pdf' },
      100 * 8_000,
    ],
    [
      'a text, a byte each',
      { type: 'file', mediaType: 'text/csv', data: base64('x'.repeat(10_000)) },
      10_000,
    ],
    ['sound', { type: 'file', mediaType: 'audio/mpeg', data: base64(Buffer.alloc(1_000_000)) }, 10_000],
  ])('of %s', (_, part, wanted) => {
    const tokens = tokensOf(part);
    expect(tokens).toBeGreaterThanOrEqual(wanted - few);
    expect(tokens).toBeLessThanOrEqual(wanted + few);
  });

  it('of an image for GPT-4o mini, which counts it twenty times', () => {
    const part = { type: 'image', url: 'https://example.org/a.png' } as const;
    expect(tokensOf(part, 'gpt-4o-mini-2024-07-18')).toBeGreaterThan(48_000);
  });

  it('are none of what a model has thought, which is not sent', () => {
    const said: Message = { role: 'assistant', content: [{ type: 'text', text: 'yes' }] };
    const thought: Message = {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'x'.repeat(9_000) },
        { type: 'text', text: 'yes' },
      ],
    };
    const request = (message: Message) => mostTokens({ model: 'm', messages: [message], maxTokens: 1 });
    expect(request(thought)).toEqual(request(said));
  });

  it('are all of what looks like a part in the arguments of a call', () => {
    const data = 'x'.repeat(9_000);
    const call = { id: 'c', name: 'f', raw: '', arguments: { type: 'image', data } };
    const request = mostTokens({
      model: 'm',
      messages: [{ role: 'assistant', content: '', toolCalls: [call] }],
      maxTokens: 1,
    });
    expect(request.inputTokens).toBeGreaterThan(9_000);
  });
});
