import { describe, expect, it } from '@jest/globals';
import type { Message } from '../provider/model-provider.js';
import { firstShown, wholeExchanges } from './exchanges.js';

const user = (content: string): Message => ({ role: 'user', content });
const assistant = (content: string, ...ids: string[]): Message => ({
  role: 'assistant',
  content,
  ...(ids.length > 0 ? { toolCalls: ids.map((id) => ({ id, name: 't', raw: '{}', arguments: {} })) } : {}),
});
const tool = (toolCallId: string): Message => ({ role: 'tool', toolCallId, name: 't', content: 'x' });
const wholeOf = (...messages: Message[]) =>
  wholeExchanges(messages.map((message) => ({ message }))).map(({ message }) => message);

describe('what is shown of a conversation', () => {
  it('is all of it, or whole exchanges, and the last one in any case', () => {
    const long = 'x'.repeat(300);
    const said = [
      user('a'),
      assistant(long),
      user('b'),
      user('more'),
      assistant(long),
      user(long),
      assistant(long),
    ];
    expect(firstShown(said, 10_000)).toBe(0);
    expect(firstShown(said, 420)).toBe(2);
    expect(firstShown(said, 1)).toBe(5);
  });
});

describe('whole exchanges', () => {
  it('leave out calls without a result and results without a call', () => {
    expect(wholeOf(user('a'), assistant('b', '1', '2'), tool('1'), tool('9'))).toEqual([
      user('a'),
      assistant('b', '1'),
      tool('1'),
    ]);
    expect(wholeOf(user('a'), assistant('', '1'))).toEqual([user('a')]);
    expect(wholeOf(user('a'), assistant('said', '1'))).toEqual([user('a'), assistant('said')]);
  });

  it('keep what only its model understands where nothing was left out, and else drop it', () => {
    const opaque = { vendor: 'v', model: 'm', parts: [], hash: 'h' };
    const thinking = { ...assistant('b', '1', '2'), opaque } as Message;
    expect(wholeOf(thinking, tool('1'), tool('2'))[0]).toEqual(thinking);
    expect(wholeOf(thinking, tool('1'))[0]).toEqual(assistant('b', '1'));
  });
});
