import { outgoingPart } from './commit-outgoing.js';
import { conversationPart } from './commit-conversations.js';
import type { CommitPart } from './commit-part.js';
import { reviewPart } from './commit-reviews.js';
import { settlementPart } from './commit-settlements.js';

/** Everything that a commit may write besides records. */
export const commitParts: readonly CommitPart[] = [
  reviewPart,
  conversationPart,
  settlementPart,
  outgoingPart,
];
