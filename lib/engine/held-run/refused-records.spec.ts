import { expect, it } from '@jest/globals';
import { PayloadError } from '../../errors/index.js';
import type { RecordDraft } from '../../workflow/index.js';
import { writeOneByOne } from './refused-records.js';

function outcome(step: string, more: object = {}): RecordDraft {
  return {
    type: 'step.completed',
    step,
    iteration: 1,
    attempt: 1,
    payload: {},
    ...more,
  } as unknown as RecordDraft;
}

it('records that are refused take only those of the same attempt with them', async () => {
  const call = outcome('a', { type: 'call.completed' });
  const drafts = [
    call,
    outcome('a'),
    outcome('a', { iteration: 2 }),
    outcome('a', { item: 1 }),
    outcome('b'),
    outcome('c', { attempt: undefined }),
  ];
  const written: RecordDraft[] = [];
  const culprits = await writeOneByOne({ drafts, effects: new Map() }, async ({ records }) => {
    if (records[0] === call) throw new PayloadError('too large');
    written.push(...records);
    return 'ok';
  });
  expect(culprits).toEqual([call]);
  expect(written).toEqual([drafts[2], drafts[3], drafts[4]]);
});
