import type { CommitEffects, RecordEffects, ReviewChange } from '../../journal/index.js';
import type { RecordDraft } from '../../workflow/index.js';

/**
 * What goes into other tables in the commit of some records. Every review that a record asks for gets its row, and one that a
 * late outcome has answered is closed; what calls say in conversations is written with their results.
 * Undefined for effects that ask for nothing.
 */
export function withRows(
  effects: CommitEffects,
  drafts: readonly RecordDraft[],
  own: ReadonlyMap<RecordDraft, RecordEffects>,
): CommitEffects | undefined {
  const reviews = drafts.flatMap(reviewChanges);
  const ofRecords = own.size === 0 ? [] : drafts.flatMap((draft) => own.get(draft) ?? []);
  const conversations = ofRecords.flatMap((one) => one.conversations ?? []);
  const settlements = ofRecords.flatMap((one) => one.settlements ?? []);
  const switches = ofRecords.flatMap(({ ifSwitches }) => ifSwitches ?? []);
  const whole = {
    ...effects,
    ...(reviews.length > 0 ? { reviews: [...reviews, ...(effects.reviews ?? [])] } : {}),
    ...(conversations.length > 0 ? { conversations } : {}),
    ...(settlements.length > 0 ? { settlements } : {}),
    ...(switches.length > 0 ? { ifSwitches: Math.min(...switches) } : {}),
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
