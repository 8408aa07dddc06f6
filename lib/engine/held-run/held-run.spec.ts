import { expect, it } from '@jest/globals';
import { LeaseLostError } from '../../errors/index.js';
import { chainRecords, emptyHead, type RunRow } from '../../journal/index.js';
import { noUsage } from '../../values/index.js';
import { doneBySystem, fold, type RecordDraft, type WorkflowDefinition } from '../../workflow/index.js';
import { HeldRun } from './held-run.js';

const runId = '0197a000-0000-7000-8000-000000000001';
const created = doneBySystem('orchestrator', 0, 'run.created', {
  workflow: 'parent',
  version: '1',
  definitionHash: 'hash',
  format: 1,
  input: null,
});
const failed = doneBySystem('worker', 1, 'run.failed', {
  error: { name: 'LeaseLostError', code: 'LEASE_LOST', message: 'not a failure of the run' },
});

function heldRun(written: RecordDraft[]): HeldRun {
  const row = { id: runId, leaseEpoch: 1, workerId: 'worker' } as RunRow;
  const state = fold(chainRecords(runId, [created], emptyHead));
  return new HeldRun({ ...row, usage: noUsage }, state, { name: 'parent' } as WorkflowDefinition, {
    payloadLimit: 1_000,
    journal: {
      append: ({ records }) => {
        written.push(...records);
        return Promise.resolve('ok');
      },
      // A transaction that began before the loss, and ends after it.
      transact: async (_, work) => {
        written.push(...(await work(undefined as never)).records);
        return 'ok';
      },
      post: () => Promise.resolve(undefined as never),
    },
    lease: {
      now: () => 1,
      assertHeld: () => {
        throw new LeaseLostError('no heartbeat for too long', { details: { runId } });
      },
    },
    dispatcher: { dispatch: () => undefined },
    published: () => undefined,
  });
}

it('a run whose lease seems lost takes in nothing more: what its steps come to then is not a failure of theirs', async () => {
  const written: RecordDraft[] = [];
  const run = heldRun(written);
  expect(() => run.assertHeld()).toThrow(LeaseLostError);
  await expect(run.append([failed])).rejects.toThrow(LeaseLostError);
  expect(run.state.status).not.toBe('failed');
  expect(written).toEqual([]);
});

it('a transaction that ends after the lease seemed lost is rolled back', async () => {
  const written: RecordDraft[] = [];
  const run = heldRun(written);
  const transaction = run.transact(() => {
    expect(() => run.assertHeld()).toThrow(LeaseLostError);
    return Promise.resolve([failed]);
  });
  await expect(transaction).rejects.toThrow(LeaseLostError);
  expect(written).toEqual([]);
});
