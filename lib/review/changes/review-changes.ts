import type { Clock } from '../../clock/index.js';
import type { Review } from '../../database/index.js';
import type { RunDispatcher } from '../../dispatch/index.js';
import { type Attempted, refusal } from './refusal.js';
import type { ReviewAccess } from '../review-access.js';

/** What a change of a review comes to: the review as it is then, and a run that is told. */
export class ReviewChanges {
  constructor(
    private readonly access: Pick<ReviewAccess, 'find'>,
    private readonly dispatcher: Pick<RunDispatcher, 'dispatch'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** ISO time, moved by some milliseconds. */
  at(moved = 0): string {
    return new Date(this.clock.now() + moved).toISOString();
  }

  /** @throws {ReviewConflictError} {ReviewExpiredError} if it was not written */
  async outcome(review: Review, written: boolean, attempt: Attempted): Promise<Review> {
    const now = await this.access.find(review.id);
    if (!written) throw refusal(now, attempt);
    // There is a message for its run.
    this.dispatcher.dispatch([{ runId: review.runId, reason: 'inbox' }]);
    return now;
  }
}
