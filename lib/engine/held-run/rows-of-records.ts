import type { CommitEffects, ReviewChange } from '../../journal/index.js';
import type { ConversationWrite } from '../../scope/index.js';
import type { RecordDraft } from '../../workflow/index.js';

/**
 * What goes into other tables in the commit of some records. Every review that a record asks for gets its row, and one that a
 * late outcome has answered is closed; what calls say in conversations is written with their results.
 * Undefined for effects that ask for nothing.
 */
export function withRows(
  effects: CommitEffects,
  drafts: readonly RecordDraft[],
  writes: ReadonlyMap<RecordDraft, ConversationWrite>,
): CommitEffects | undefined {
  const reviews = drafts.flatMap(reviewChanges);
  const conversations = drafts.flatMap((draft) => writes.get(draft) ?? []);
  const whole = {
    ...effects,
    ...(reviews.length > 0 ? { reviews: [...reviews, ...(effects.reviews ?? [])] } : {}),
    ...(conversations.length > 0 ? { conversations } : {}),
  };
  return Object.keys(whole).length === 0 ? undefined : whole;
}

function reviewChanges(draft: RecordDraft): ReviewChange[] {
  if (draft.type === 'review.requested') return [opening(draft)];
  if (draft.type !== 'call.completed' && draft.type !== 'call.failed') return [];
  const { late, reviewId } = draft.payload;
  return late && reviewId !== undefined ? [{ change: 'close', reviewId, status: 'replaced' }] : [];
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
