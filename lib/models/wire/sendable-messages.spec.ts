import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Message, ModelToolCall } from '../provider/model-provider.js';
import { sendableMessages } from './sendable-messages.js';

const call = (id: string, name = 'now', raw = '{}'): ModelToolCall => ({ id, name, raw, arguments: {} });
const said = (...toolCalls: ModelToolCall[]): Message => ({ role: 'assistant', content: '', toolCalls });
const result = (toolCallId: string, content = 'noon'): Message => ({
  role: 'tool',
  toolCallId,
  name: 'now',
  content,
});

describe('a conversation as vendors take it', () => {
  it('leaves what fits as it is', () => {
    const messages = [said(call('toolu_01'), call('call-2')), result('toolu_01'), result('call-2')];
    expect(sendableMessages(messages)).toMatchObject([
      { calls: [{ id: 'toolu_01' }, { id: 'call-2' }] },
      { toolCallId: 'toolu_01' },
      { toolCallId: 'call-2' },
    ]);
  });

  it('gives each call its own result where a model uses the same ids in each answer', () => {
    const messages = [
      said(call('call_0')),
      result('call_0', 'a'),
      said(call('call_0')),
      result('call_0', 'b'),
    ];
    expect(sendableMessages(messages)).toMatchObject([
      { calls: [{ id: 'call_0' }] },
      { toolCallId: 'call_0', content: [{ text: 'a' }] },
      { calls: [{ id: 'call_0_2' }] },
      { toolCallId: 'call_0_2', content: [{ text: 'b' }] },
    ]);
  });

  it('takes a text as one part, and makes each part storable', () => {
    const parts = [
      { type: 'text', text: 'a\u0000' },
      { type: 'text', text: 'b' },
    ] as const;
    expect(
      sendableMessages([
        { role: 'system', content: '' },
        { role: 'user', content: 'hello' },
        { role: 'user', content: parts },
      ]),
    ).toEqual([
      { role: 'system', content: [] },
      { role: 'user', content: [{ type: 'text', text: 'hello' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a\uFFFD' },
          { type: 'text', text: 'b' },
        ],
      },
    ]);
  });

  it('says of a call without a result that it was not performed, and makes a text of a result without a call', () => {
    expect(sendableMessages([result('x'), said(call('a')), said(call('b')), result('b')])).toMatchObject([
      { role: 'user', content: [{ text: "Result of the tool 'now': " }, { text: 'noon' }] },
      { calls: [{ id: 'a' }] },
      {
        role: 'tool',
        toolCallId: 'a',
        content: [{ text: 'Error: This call was not performed.' }],
        isError: true,
      },
      { calls: [{ id: 'b' }] },
      { role: 'tool', toolCallId: 'b', content: [{ text: 'noon' }] },
    ]);
  });

  it('whatever was said, has ids, names and arguments that fit, and one result behind each call', () => {
    const id = fc.oneof(fc.constantFrom('a', 'call_0', ''), fc.string({ maxLength: 60, unit: 'binary' }));
    const written = fc.oneof(fc.constantFrom('{}', '', '[1]', '{oops', '"{}"'), fc.json());
    const message = fc.oneof(
      fc.record({ role: fc.constant('user' as const), content: fc.string({ unit: 'binary' }) }),
      id.map((each) => result(each)),
      fc
        .array(fc.tuple(id, id, written), { maxLength: 3 })
        .map((calls) => said(...calls.map(([a, b, c]) => call(a, b, c)))),
    );
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), (messages: Message[]) => {
        const sent = sendableMessages(messages);
        const ids = sent.flatMap((each) =>
          each.role === 'assistant' ? each.calls.map((one) => one.id) : [],
        );
        expect(new Set(ids).size).toBe(ids.length);
        const open: string[] = [];
        for (const each of sent) {
          if (each.role === 'tool') expect(each.toolCallId).toBe(open.shift());
          else expect(open).toEqual([]);
          if (each.role !== 'assistant') continue;
          for (const one of each.calls) {
            expect(one.id).toMatch(/^[a-zA-Z0-9_-]{1,40}$/);
            expect(one.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
            expect(Object.prototype.toString.call(JSON.parse(one.raw))).toBe('[object Object]');
            open.push(one.id);
          }
        }
        expect(open).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
