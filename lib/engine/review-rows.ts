import type { Edge, ReviewChange } from '../journal/index.js';
import type { RecordDraft } from '../workflow/index.js';

/**
 * Every review that a record asks for gets its row in the same commit, and one that a late outcome has answered is closed.
 * Undefined for an edge that asks for nothing.
 */
export function withReviews(edge: Edge, drafts: readonly RecordDraft[]): Edge | undefined {
  const changes = drafts.flatMap((draft): ReviewChange[] => {
    if (draft.type === 'review.requested') return [opening(draft)];
    if (draft.type !== 'call.completed' && draft.type !== 'call.failed') return [];
    const { late, reviewId } = draft.payload;
    return late && reviewId !== undefined ? [{ change: 'close', reviewId, status: 'replaced' }] : [];
  });
  if (changes.length === 0) return Object.keys(edge).length === 0 ? undefined : edge;
  return { ...edge, reviews: [...changes, ...(edge.reviews ?? [])] };
}

function opening(draft: RecordDraft<'review.requested'>): ReviewChange {
  const { step, iteration, item, attempt } = draft;
  return {
    change: 'open',
    review: draft.payload,
    ...(step === undefined ? {} : { step }),
    ...(iteration === undefined ? {} : { iteration }),
    ...(item === undefined ? {} : { item }),
    ...(attempt === undefined ? {} : { attempt }),
  };
}
