import type { CommitEffects, ReviewChange } from '../../journal/index.js';
import type { RecordDraft } from '../../workflow/index.js';

/**
 * Every review that a record asks for gets its row in the same commit, and one that a late outcome has answered is closed.
 * Undefined for effects that ask for nothing.
 */
export function withReviews(
  effects: CommitEffects,
  drafts: readonly RecordDraft[],
): CommitEffects | undefined {
  const changes = drafts.flatMap((draft): ReviewChange[] => {
    if (draft.type === 'review.requested') return [opening(draft)];
    if (draft.type !== 'call.completed' && draft.type !== 'call.failed') return [];
    const { late, reviewId } = draft.payload;
    return late && reviewId !== undefined ? [{ change: 'close', reviewId, status: 'replaced' }] : [];
  });
  if (changes.length === 0) return Object.keys(effects).length === 0 ? undefined : effects;
  return { ...effects, reviews: [...changes, ...(effects.reviews ?? [])] };
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
