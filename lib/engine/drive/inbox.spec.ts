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
