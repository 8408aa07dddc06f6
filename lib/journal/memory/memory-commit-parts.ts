import type { CommitEffects, RunRow } from '../journal.js';
import { settleIn } from './memory-accounts.js';
import { writeToConversation } from './memory-conversations.js';
import { reviewRow } from '../review-row.js';
import type { MemoryStore } from './memory-store.js';

/** Writes what a commit has of one kind besides records. @param now milliseconds since the epoch */
type MemoryCommitPart = (store: MemoryStore, row: RunRow, effects: CommitEffects, now: number) => void;

const reviews: MemoryCommitPart = (store, row, effects, now) => {
  for (const change of effects.reviews ?? []) {
    if (change.change === 'open') {
      store.reviews.set(change.review.reviewId, reviewRow(row, change, new Date(now)));
      continue;
    }
    const review = store.reviews.get(change.reviewId);
    if (review?.status !== 'open') continue;
    store.reviews.set(review.id, { ...review, status: change.status, version: review.version + 1 });
  }
};

const outgoing: MemoryCommitPart = (store, _, effects, now) => {
  for (const { runId, message } of effects.outgoing ?? []) store.post({ ...message, runId }, now);
};

const conversations: MemoryCommitPart = (store, row, effects, now) => {
  for (const write of effects.conversations ?? []) writeToConversation(store, row.id, write, now);
};

const settlements: MemoryCommitPart = (store, _, effects) => {
  if (effects.settlements) settleIn(store.accounts, effects.settlements);
};

/** The same as `commitParts` of the database. */
export const memoryCommitParts: readonly MemoryCommitPart[] = [reviews, conversations, settlements, outgoing];
