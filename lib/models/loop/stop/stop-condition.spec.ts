import { describe, expect, it } from '@jest/globals';
import { maxTurns } from './limits.js';
import { type StopCondition, StopConditions } from './stop-condition.js';

/** Stops at the n-th call of a tool, and counts in its state. */
const maxCalls = (limit: number): StopCondition => ({
  name: 'maxCalls',
  kind: 'limit',
  describe: () => ({ maxCalls: limit }),
  initial: 0,
  next: (state, event) => {
    const count = Number(state) + (event.type === 'toolCall' ? 1 : 0);
    return count >= limit ? { state: count, stop: `${count} calls` } : { state: count };
  },
});
const call = { id: '1', name: 'note', raw: '{}', arguments: {} };

describe('stop conditions', () => {
  it('remember what each of them has heard, and the first that says so stops', () => {
    const conditions = new StopConditions([maxTurns(3), maxCalls(2)]);
    expect(conditions.hear({ type: 'turn', turn: 1 })).toBeUndefined();
    expect(conditions.hear({ type: 'toolCall', call })).toBeUndefined();
    expect(conditions.hear({ type: 'turn', turn: 2 })).toBeUndefined();
    expect(conditions.hear({ type: 'toolCall', call })).toEqual({
      condition: 'maxCalls',
      kind: 'limit',
      reason: '2 calls',
    });
    expect(conditions.hear({ type: 'turn', turn: 3 })).toMatchObject({ condition: 'maxTurns' });
  });

  it('of two loops know nothing of each other', () => {
    const shared = [maxCalls(2)];
    const [one, other] = [new StopConditions(shared), new StopConditions(shared)];
    one.hear({ type: 'toolCall', call });
    expect(other.hear({ type: 'toolCall', call })).toBeUndefined();
    expect(one.hear({ type: 'toolCall', call })).toMatchObject({ condition: 'maxCalls' });
  });

  it('say what they are set to', () => {
    expect(maxTurns(12).describe()).toEqual({ maxTurns: 12 });
  });
});
