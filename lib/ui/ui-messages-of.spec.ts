import { describe, expect, it } from '@jest/globals';
import type { Message } from '../content/index.js';
import type { ConversationMessage } from '../conversations/index.js';
import { uiMessagesOf } from './ui-messages-of.js';

const createdAt = new Date(0);
const said = (
  id: string,
  message: Message,
  more: Partial<ConversationMessage> = {},
): ConversationMessage => ({
  id,
  message,
  runId: 'run-1',
  createdAt,
  ...more,
});
const call = (id: string, name: string) => ({ id, name, arguments: { id }, raw: '' });

describe('uiMessagesOf', () => {
  it('shows what one run has said as one message, with the results at their calls', () => {
    const messages = uiMessagesOf([
      said('u1', { role: 'user', content: 'look' }),
      said('a1', {
        role: 'assistant',
        content: 'A moment.',
        toolCalls: [call('1', 'find'), call('2', 'find')],
      }),
      said('t1', { role: 'tool', toolCallId: '1', name: 'find', content: '{"found":7}' }),
      said('t2', { role: 'tool', toolCallId: '2', name: 'find', content: 'Error: off', isError: true }),
      said('a2', { role: 'assistant', content: 'Here.' }),
    ]);
    expect(messages).toEqual([
      { id: 'u1', role: 'user', parts: [{ type: 'text', text: 'look', state: 'done' }] },
      {
        id: 'run-1',
        role: 'assistant',
        parts: [
          { type: 'step-start' },
          { type: 'text', text: 'A moment.', state: 'done' },
          {
            type: 'tool-find',
            toolCallId: '1',
            input: { id: '1' },
            state: 'output-available',
            output: { found: 7 },
          },
          { type: 'tool-find', toolCallId: '2', input: { id: '2' }, state: 'output-error', errorText: 'off' },
          { type: 'step-start' },
          { type: 'text', text: 'Here.', state: 'done' },
        ],
      },
    ]);
  });

  it('gives each message an id of its own, also where a run was told more while it worked', () => {
    const messages = uiMessagesOf([
      said('u1', { role: 'user', content: 'a' }),
      said('a1', { role: 'assistant', content: 'b' }),
      said('u2', { role: 'user', content: 'c' }),
      said('a2', { role: 'assistant', content: 'd' }),
      said('x', { role: 'assistant', content: 'put there by hand' }, { runId: undefined as never }),
    ]);
    expect(messages.map(({ id }) => id)).toEqual(['u1', 'run-1', 'u2', 'a2']);
  });

  it('shows who has handed over to whom, and no call of that', () => {
    const [message] = uiMessagesOf([
      said(
        'a1',
        { role: 'assistant', content: '', toolCalls: [call('1', 'transfer_to_billing')] },
        { agent: 'triage' },
      ),
      said(
        't1',
        { role: 'tool', toolCallId: '1', name: 'transfer_to_billing', content: 'ok' },
        { agent: 'triage' },
      ),
      said('a2', { role: 'assistant', content: 'Billing here.' }, { agent: 'billing' }),
    ]);
    expect(message?.parts).toEqual([
      { type: 'step-start' },
      { type: 'data-handoff', data: { from: 'triage', to: 'billing' } },
      { type: 'step-start' },
      { type: 'text', text: 'Billing here.', state: 'done' },
    ]);
  });

  it('shows pictures and files where they can be had', () => {
    const content = [
      { type: 'image', data: 'AAAA', mediaType: 'image/png' },
      { type: 'file', blob: 'b1', bytes: 9, mediaType: 'application/pdf', name: 'bill.pdf' },
      { type: 'file', url: 'https://example.com/a.txt', mediaType: 'text/plain' },
    ] as const;
    const messages = [said('u1', { role: 'user', content })];
    const urls = (shown: ReturnType<typeof uiMessagesOf>) =>
      shown.flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'file' ? [part.url] : [])));
    expect(urls(uiMessagesOf(messages))).toEqual(['data:image/png;base64,AAAA', 'https://example.com/a.txt']);
    expect(urls(uiMessagesOf(messages, { mediaUrl: (blob) => `/media/${blob}` }))).toContain('/media/b1');
  });
});
