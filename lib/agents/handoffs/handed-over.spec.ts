import { describe, expect, it } from '@jest/globals';
import { type Message, summaryMessage } from '../../models/index.js';
import { handedOver } from './handed-over.js';

const user = (content: string): Message => ({ role: 'user', content });
const said = (content: string): Message => ({ role: 'assistant', content });
const gave = (content: string): Message => ({ role: 'tool', toolCallId: '1', name: 't', content });

const messages = [
  user('first'),
  said('a'),
  gave('1'),
  user('second'),
  said('b'),
  gave('2'),
  said('c'),
  gave('3'),
];
const begun = () => [user('its input')];

describe('a conversation that is handed over', () => {
  it.each<['all' | 'last' | 'none' | number, readonly Message[]]>([
    ['all', messages],
    ['none', [user('its input')]],
    ['last', [user('second')]],
    [1, [user('second'), said('c'), gave('3')]],
    [2, [user('second'), said('b'), gave('2'), said('c'), gave('3')]],
    [3, [user('first'), ...messages.slice(1)]],
    [9, messages],
  ])('shows with history %p what it says', (history, expected) => {
    expect(handedOver(messages, history, begun)).toEqual(expected);
  });

  it('takes no summary for what a user has said', () => {
    expect(handedOver([user('first'), summaryMessage('much'), said('a')], 'last', begun)).toEqual([
      user('first'),
    ]);
    expect(handedOver([said('a')], 'last', begun)).toEqual([user('its input')]);
  });
});
