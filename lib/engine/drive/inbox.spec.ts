import { describe, expect, it } from '@jest/globals';
import { chainRecords, emptyHead, type InboxMessage } from '../../journal/index.js';
import { noUsage } from '../../values/index.js';
import { applyRecord, doneBySystem, fold } from '../../workflow/index.js';
import { recordsOf } from './inbox.js';

const created = doneBySystem('orchestrator', 0, 'run.created', {
  workflow: 'parent',
  version: '1',
  definitionHash: 'hash',
  format: 1,
  input: null,
});

function finished(iteration: number): InboxMessage {
  return {
    id: 'message-1',
    runId: 'run-1',
    actor: { kind: 'system', id: 'child-1' },
    at: new Date(1).toISOString(),
    body: {
      kind: 'run.finished',
      workflow: 'child',
      runId: 'child-1',
      key: 'key',
      step: 'ask',
      iteration,
      output: 'done',
      usage: noUsage,
    },
  };
}

describe('the end of a child', () => {
  it('is heard by a parent that came back from a crash after it, and has nothing of the step on record', () => {
    const state = fold(chainRecords('run-1', [created], emptyHead));
    const drafts = recordsOf(finished(0), state);
    expect(drafts).toMatchObject([
      { type: 'call.completed', step: 'ask', iteration: 0, attempt: 1, payload: { result: 'done' } },
    ]);
    const [, record] = chainRecords('run-1', [created, ...drafts], emptyHead);
    if (record) applyRecord(state, record);
    expect(state.steps.get('ask')?.calls.get('key')).toMatchObject({ status: 'completed', result: 'done' });
  });

  it('is not heard in another round of the step', () => {
    const state = fold(chainRecords('run-1', [created], emptyHead));
    expect(recordsOf(finished(1), state)).toEqual([]);
  });
});

const until = '2026-01-01T00:00:00.000Z';

describe('a message', () => {
  it.each<InboxMessage['body']>([
    { kind: 'signal', name: 'go', payload: 1 },
    { kind: 'cancel', reason: 'enough' },
    { kind: 'pause' },
    { kind: 'resume' },
    { kind: 'budget.raised', more: { calls: 1 } },
    { kind: 'review.claimed', reviewId: 'review-1', until },
    { kind: 'review.released', reviewId: 'review-1' },
    { kind: 'review.delegated', reviewId: 'review-1', to: 'bob', until },
    { kind: 'review.reminded', reviewId: 'review-1' },
    {
      kind: 'review.voted',
      reviewId: 'review-1',
      choice: 'approve',
      proposedHash: 'h',
      count: 1,
      quorum: 2,
    },
    { kind: 'review.commented', reviewId: 'review-1', text: 'hm' },
    { kind: 'review.escalated', reviewId: 'review-1', to: ['lead'] },
  ])('that comes once more, since its sender got no answer, counts once: %j', (body) => {
    const message: InboxMessage = { ...finished(0), id: 'message-7', body };
    const state = fold(chainRecords('run-1', [created], emptyHead));
    const drafts = recordsOf(message, state);
    expect(drafts).toHaveLength(1);
    const [, record] = chainRecords('run-1', [created, ...drafts], emptyHead);
    if (record) applyRecord(state, record);
    expect(recordsOf(message, state)).toEqual([]);
    expect(recordsOf({ ...message, id: 'message-8' }, state)).toHaveLength(1);
  });
});

describe('a late outcome', () => {
  const facts = {
    key: 'key',
    kind: 'tool' as const,
    name: 'pay',
    argumentsHash: 'hash',
    occurrence: 0,
    effect: 'irreversible' as const,
  };
  const late = (place: object): InboxMessage => ({
    ...finished(0),
    body: { kind: 'late-outcome', step: 'ask', iteration: 0, key: 'key', result: 'paid', ...place },
  });

  it.each(['fallback', 'compensate', undefined] as const)('belongs to the phase of its call: %s', (phase) => {
    const intended = doneBySystem(
      'worker',
      1,
      'call.intended',
      { ...facts, ...(phase ? { phase } : {}) },
      {
        step: 'ask',
        iteration: 0,
        attempt: 2,
        call: 'key',
      },
    );
    const state = fold(chainRecords('run-1', [created, intended], emptyHead));
    const [draft] = recordsOf(late({}), state);
    expect(draft).toMatchObject({
      type: 'call.completed',
      step: 'ask',
      attempt: 2,
      call: 'key',
      payload: { ...facts, late: true, result: 'paid' },
    });
    if (phase) expect(draft?.payload).toHaveProperty('phase', phase);
    else expect(draft?.payload).not.toHaveProperty('phase');
  });

  it('of a call that is not on record is not taken', () => {
    const state = fold(chainRecords('run-1', [created], emptyHead));
    expect(recordsOf(late({}), state)).toEqual([]);
  });
});
