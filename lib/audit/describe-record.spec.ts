import { describe, expect, it } from '@jest/globals';
import type { RecordPayloads, RecordType, RunRecord } from '../workflow/index.js';
import { timelineEntry } from './timeline.js';

function what<T extends RecordType>(
  type: T,
  payload: RecordPayloads[T],
  more: Partial<RunRecord> = {},
): string {
  const record = {
    seq: 1,
    at: '2026-01-01T00:00:00.000Z',
    actor: { kind: 'code', id: 'x' },
    type,
    payload,
    ...more,
  };
  return timelineEntry(record as RunRecord).what;
}

const error = { name: 'Error', message: 'no answer', code: 'USER' } as const;
const call = {
  key: 'k',
  kind: 'tool',
  name: 'refund',
  argumentsHash: 'h',
  occurrence: 0,
  effect: 'irreversible',
} as const;
const step = { duration: 12.4 };

describe('a record in words', () => {
  it.each([
    [
      what('step.completed', { ...step, via: 'fallback', routes: ['a', 'b'] }, { attempt: 2 }),
      'completed by its fallback in 12 ms at attempt 2, continues to a, b',
    ],
    [
      what('step.failed', { ...step, error, phase: 'perform', final: false, nextAttemptAt: 'T' }),
      'failed: no answer; next attempt at T',
    ],
    [
      what('step.failed', { ...step, error, phase: 'compensate', final: true }),
      'compensate failed: no answer',
    ],
    [what('call.failed', { ...call, error, inDoubt: true }), 'tool refund has an unknown outcome: no answer'],
    [
      what('run.waiting', {
        waits: [
          { for: 'signal', signal: 'paid', step: 'send' },
          { for: 'review', reviewId: 'r' },
        ],
      }),
      'run waits for signal paid, review r',
    ],
    [
      what('guardrail.evaluated', {
        guardrail: 'pii',
        at: 'run.input',
        verdict: 'transform',
        mode: 'enforce',
        done: 'changed',
      }),
      'guardrail pii at run.input: transform, changed',
    ],
    [
      what('budget.exceeded', { scope: 'run', unit: 'usd', limit: 1, used: 0.9, wanted: 0.2 }),
      'budget of the run exceeded: $0.90 of $1.00 used, $0.20 more wanted',
    ],
    [what('budget.raised', { usd: 2 }), 'budget raised by $2.00'],
    [
      what('review.decided', { reviewId: 'r', choice: 'edit', reason: 'tone', proposedHash: 'h' }),
      'review decided: edit (tone)',
    ],
  ])('%s', (actual, expected) => {
    expect(actual).toBe(expected);
  });

  it('says where: step, iteration, item', () => {
    const record = {
      seq: 1,
      at: 'T',
      actor: { kind: 'model', id: 'm' },
      type: 'items.listed',
      payload: { count: 2, hash: '' },
    };
    const entry = timelineEntry({ ...record, step: 'each', iteration: 2, item: 0 } as RunRecord);
    expect(entry).toMatchObject({ where: 'each #2 [0]', who: 'model m', what: '2 items to work on' });
  });

  it('does not stumble over an erased payload', () => {
    // as the database gives it back
    expect(what('signal.received', null as unknown as { name: string })).toBe(
      'signal.received (its content was erased)',
    );
  });
});
