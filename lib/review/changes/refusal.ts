import type { Review } from '../../database/index.js';
import { ReviewConflictError, ReviewExpiredError } from '../../errors/index.js';
import { reviewLocation } from '../review-location.js';

/** What somebody wanted to do with a review. */
export interface Attempted {
  readonly what: 'claim' | 'release' | 'delegate' | 'comment' | 'decide';
  /** Id of who wanted it. */
  readonly by: string;
}

/** Why the database did not take a change: the row as it is now tells. */
export function refusal(now: Review, { what, by }: Attempted): ReviewConflictError | ReviewExpiredError {
  const conflict = (why: string) => new ReviewConflictError(`${reviewLocation(now)} ${why}`, options(now));
  switch (now.status) {
    case 'decided':
      return conflict(`was already decided: ${now.choice} by ${now.decidedBy}`);
    case 'replaced':
      return conflict('was replaced by a new one: decide that one');
    case 'expired':
      return tooLate(now);
    case 'open':
      if (now.claimedBy !== null && now.claimedBy !== by)
        return conflict(
          `is claimed by ${now.claimedBy} until ${now.claimedUntil?.toISOString()}: wait, or ask them to decide or to release it`,
        );
      if (what === 'decide' && now.expiresAt !== null) return tooLate(now);
      return conflict('has no effect any more: its run is over');
  }
}

function tooLate(now: Review): ReviewExpiredError {
  return new ReviewExpiredError(
    `${reviewLocation(now)} had to be decided by ${now.expiresAt?.toISOString()}; its time-out (${now.onTimeout}) answers it`,
    options(now),
  );
}

function options({ id, runId, status, choice, decidedBy, claimedBy }: Review) {
  return { details: { reviewId: id, runId, status, choice, decidedBy, claimedBy } };
}
