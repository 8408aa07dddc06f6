import { Clock } from '../../clock/index.js';
import type { Review } from '../../database/index.js';
import { RunDispatcher } from '../../dispatch/index.js';
import { expired, reminded } from './review-messages.js';
import { type ExpiryWrite, Reviews } from '../reviews.js';

/** How many reviews one sweep takes, of each kind. */
const sweepSize = 200;

/** What time does with reviews: those that nobody has decided are answered or go to others, and people are reminded. */
export class ReviewDeadlines {
  constructor(
    private readonly reviews: Pick<Reviews, 'overdue' | 'expire' | 'unreminded' | 'remind'>,
    private readonly dispatcher: Pick<RunDispatcher, 'dispatch'>,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  /** @returns how many it has changed */
  async sweep(): Promise<number> {
    return (await this.expire()) + (await this.remind());
  }

  private async expire(): Promise<number> {
    const overdue = await this.reviews.overdue(sweepSize);
    return this.each(overdue, (review) => {
      const write = expiryOf(review);
      return this.reviews.expire(write, expired(write, this.at()));
    });
  }

  private async remind(): Promise<number> {
    const unreminded = await this.reviews.unreminded(sweepSize);
    return this.each(unreminded, (review) => this.reviews.remind(review, reminded(review, this.at())));
  }

  /** Other processes sweep as well: what one of them has done is not done again. */
  private async each(
    reviews: readonly Review[],
    change: (review: Review) => Promise<boolean>,
  ): Promise<number> {
    let count = 0;
    for (const review of reviews) {
      if (!(await change(review))) continue;
      this.dispatcher.dispatch([{ runId: review.runId, reason: 'inbox' }]);
      count++;
    }
    return count;
  }

  private at(): string {
    return new Date(this.clock.now()).toISOString();
  }
}

/** Where nobody is left to whom it could go, waiting on would be forever: it is rejected. */
function expiryOf(review: Review): ExpiryWrite {
  const { onTimeout, escalation } = review;
  if (onTimeout !== 'escalate') return { review, outcome: onTimeout };
  const [stage] = escalation;
  return stage ? { review, outcome: 'escalate', stage } : { review, outcome: 'reject' };
}
