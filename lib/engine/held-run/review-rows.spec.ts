import { expect, it } from '@jest/globals';
import type { RecordDraft } from '../../workflow/index.js';
import { withReviews } from './review-rows.js';

/** A draft as far as its reviews are concerned. */
function draft(type: RecordDraft['type'], payload: object): RecordDraft {
  return { type, step: 'pay', iteration: 0, attempt: 1, payload } as unknown as RecordDraft;
}

it('a question gets its row, with the place of the step', () => {
  const review = { reviewId: 'review-1' };
  expect(withReviews({}, [draft('review.requested', review)])).toEqual({
    reviews: [{ change: 'open', review, step: 'pay', iteration: 0, attempt: 1 }],
  });
});

it('a question that a late outcome has answered is closed', () => {
  for (const type of ['call.completed', 'call.failed'] as const)
    expect(withReviews({}, [draft(type, { late: true, reviewId: 'review-1' })])).toEqual({
      reviews: [{ change: 'close', reviewId: 'review-1', status: 'replaced' }],
    });
});

it('a question that a person has answered stays decided, and an outcome without a question changes none', () => {
  expect(withReviews({}, [draft('call.completed', { reviewId: 'review-1' })])).toBeUndefined();
  expect(withReviews({}, [draft('call.completed', { late: true })])).toBeUndefined();
  expect(withReviews({ status: 'waiting' }, [draft('step.completed', {})])).toEqual({ status: 'waiting' });
});
