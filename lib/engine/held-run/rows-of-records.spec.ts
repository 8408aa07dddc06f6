import { expect, it } from '@jest/globals';
import type { RecordDraft } from '../../workflow/index.js';
import { withRows } from './rows-of-records.js';

/** A draft as far as its reviews are concerned. */
function draft(type: RecordDraft['type'], payload: object): RecordDraft {
  return { type, step: 'pay', iteration: 0, attempt: 1, payload } as unknown as RecordDraft;
}

it('a question gets its row, with the place of the step', () => {
  const review = { reviewId: 'review-1' };
  expect(withRows({}, [draft('review.requested', review)], new Map())).toEqual({
    reviews: [{ change: 'open', review, step: 'pay', iteration: 0, attempt: 1 }],
  });
});

it('a question that a late outcome has answered is closed', () => {
  for (const type of ['call.completed', 'call.failed'] as const)
    expect(withRows({}, [draft(type, { late: true, reviewId: 'review-1' })], new Map())).toEqual({
      reviews: [{ change: 'close', reviewId: 'review-1', status: 'replaced' }],
    });
});

it('a question that a person has answered stays decided, and an outcome without a question changes none', () => {
  expect(withRows({}, [draft('call.completed', { reviewId: 'review-1' })], new Map())).toBeUndefined();
  expect(withRows({}, [draft('call.completed', { late: true })], new Map())).toBeUndefined();
  expect(withRows({ status: 'waiting' }, [draft('step.completed', {})], new Map())).toEqual({
    status: 'waiting',
  });
});
