import { describe, expect, it } from '@jest/globals';
import { withoutStaleOpaque } from './stale-opaque.js';

const opaque = { vendor: 'anthropic', model: 'm', parts: [{ signature: 's' }] };
const answer = { text: 'My key is abc.', toolCalls: [], finishReason: 'stop', opaque };
const assistant = { role: 'assistant', content: 'My key is abc.', opaque };
const user = { role: 'user', content: 'hello' };

describe('what only the vendor understands', () => {
  it('goes where a guardrail has changed what the model said', () => {
    const changed = { ...answer, text: 'My key is ***.' };
    expect(withoutStaleOpaque(changed, answer)).toEqual({
      text: 'My key is ***.',
      toolCalls: [],
      finishReason: 'stop',
    });
  });

  it('stays where it has changed something else', () => {
    const changed = { ...answer, finishReason: 'other' };
    expect(withoutStaleOpaque(changed, answer)).toBe(changed);
  });

  it('goes from each message of a request that was changed, and from no other', () => {
    const before = { messages: [user, assistant, user, assistant] };
    const after = { messages: [user, { ...assistant, content: '***' }, user, assistant] };
    expect(withoutStaleOpaque(after, before)).toEqual({
      messages: [user, { role: 'assistant', content: '***' }, user, assistant],
    });
  });

  it('goes where messages have moved, since it is not known which they were', () => {
    const before = { messages: [user, assistant] };
    expect(withoutStaleOpaque({ messages: [assistant] }, before)).toEqual({
      messages: [{ role: 'assistant', content: 'My key is abc.' }],
    });
  });
});
