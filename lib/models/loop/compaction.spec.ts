import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { usualTokens } from '../prices/estimate.js';
import type { Message } from '../provider/model-provider.js';
import { compacted, compactionOf, summaryRequest } from './compaction.js';

const user = (content: string): Message => ({ role: 'user', content });

/** One turn: an answer that calls so many tools, and their results. */
function turn(number: number, sizes: readonly number[]): readonly Message[] {
  const calls = sizes.map((_, index) => ({
    id: `c${number}.${index}`,
    name: 'read',
    arguments: {},
    raw: '{}',
  }));
  return [
    { role: 'assistant', content: `turn ${number}`, toolCalls: calls },
    ...sizes.map((size, index): Message => ({
      role: 'tool',
      toolCallId: `c${number}.${index}`,
      name: 'read',
      content: 'x'.repeat(size),
    })),
  ];
}

const conversation = fc
  .tuple(
    fc.array(fc.nat({ max: 200 }), { maxLength: 2 }),
    fc.array(fc.array(fc.nat({ max: 900 }), { maxLength: 4 }), { maxLength: 8 }),
  )
  .map(([begin, turns]) => [
    ...begin.map((size) => user('b'.repeat(size))),
    ...turns.flatMap((sizes, number) => turn(number, sizes)),
  ]);

describe('a conversation that is too long for its window', () => {
  it('is left as it is where it fits', () => {
    expect(compactionOf([user('hello'), ...turn(1, [10])], 1_000)).toBeUndefined();
  });

  it('keeps its beginning and the last turns that fill half of the window', () => {
    const messages = [user('do it'), ...[1, 2, 3, 4].flatMap((number) => turn(number, [300]))];
    const compaction = compactionOf(messages, 500);
    expect(compaction).toEqual({
      beginning: [user('do it')],
      former: [...turn(1, [300]), ...turn(2, [300]), ...turn(3, [300])],
      kept: turn(4, [300]),
    });
  });

  it('takes a former summary into the next one', () => {
    const messages = [user('do it'), ...[1, 2, 3].flatMap((number) => turn(number, [600]))];
    const compaction = compactionOf(messages, 500);
    if (!compaction) throw new Error('it fits');
    const shorter = compacted(compaction, 'two things were read');
    const again = compactionOf([...shorter, ...turn(4, [900])], 500);
    expect(again?.beginning).toEqual([user('do it')]);
    if (!again) throw new Error('it fits');
    expect(JSON.stringify(summaryRequest(again))).toContain('two things were read');
  });

  it('is cut between turns only, loses nothing, and is shorter', () => {
    fc.assert(
      fc.property(conversation, fc.integer({ min: 1, max: 2_000 }), (messages, window) => {
        const compaction = compactionOf(messages, window);
        if (!compaction) return;
        const { beginning, former, kept } = compaction;
        expect([...beginning, ...former, ...kept]).toEqual(messages);
        expect(kept[0]?.role).toBe('assistant');
        expect(former[0]?.role).toBe('assistant');
        const shorter = compacted(compaction, undefined);
        const called = shorter.flatMap((one) => (one.role === 'assistant' ? (one.toolCalls ?? []) : []));
        const given = shorter.flatMap((one) => (one.role === 'tool' ? [one.toolCallId] : []));
        expect(given).toEqual(called.map(({ id }) => id));
        // Only where the last turn alone does not fit may it still be too long.
        const lastTurn = messages.slice(messages.findLastIndex(({ role }) => role === 'assistant'));
        if (kept.length > lastTurn.length)
          expect(usualTokens([...beginning, ...kept])).toBeLessThanOrEqual(window);
      }),
    );
  });
});
