import type { Duration } from '../../clock/index.js';
import type { Review } from '../../database/index.js';
import { millisecondsOr } from '../../decorators/index.js';
import { AccessDeniedError, InputValidationError, ReviewConflictError } from '../../errors/index.js';
import { boundedText, type Principal, readPrincipal, textLimits } from '../../values/index.js';
import { hasShaped } from '../decide/may-decide.js';
import type { ReviewAccess } from '../review-access.js';
import type { ReviewChanges } from './review-changes.js';
import { reviewLocation } from '../review-location.js';
import { claimed, delegated, released } from './review-messages.js';
import type { ReviewClaimOptions, DelegateOptions, ReviewerOptions } from '../review-options.js';
import { longestClaim } from '../review-settings.js';
import type { Reviews } from '../reviews.js';

/** Who works on a review: while one person does, the others wait. */
export class ReviewClaims {
  /** @param usual milliseconds that a claim lasts where nothing else is said */
  constructor(
    private readonly access: ReviewAccess,
    private readonly reviews: Pick<Reviews, 'claim'>,
    private readonly changes: ReviewChanges,
    private readonly usual: number,
  ) {}

  async claim(id: string, options: ReviewClaimOptions): Promise<Review> {
    const duration = this.durationOf(options.for);
    const { review, by } = await this.reach(id, options, 'claim');
    const message = claimed(review, by, this.changes.at(), this.changes.at(duration));
    const taken = await this.reviews.claim({ review, by: by.id, holder: by.id, duration }, message);
    return this.outcome(review, taken, 'claim', by);
  }

  async release(id: string, options: ReviewerOptions): Promise<Review> {
    const { review, by } = await this.reach(id, options, 'release');
    if (review.status === 'open' && review.claimedBy === null)
      throw new ReviewConflictError(`${reviewLocation(review)} is claimed by nobody`, {
        details: { reviewId: id },
      });
    const message = released(review, by, this.changes.at());
    const given = await this.reviews.claim({ review, by: by.id, holder: null, duration: 0 }, message);
    return this.outcome(review, given, 'release', by);
  }

  async delegate(id: string, options: DelegateOptions): Promise<Review> {
    const duration = this.durationOf(options.for);
    const to = holderOf(options.to);
    const { review, by } = await this.reach(id, options, 'delegate');
    if (hasShaped(review, to))
      throw new AccessDeniedError(
        `${reviewLocation(review)} can't be delegated to ${to}, who has shaped its run (separation of duties). Name somebody else.`,
        { details: { reviewId: id, to } },
      );
    const isOpenToAll = review.roles.length === 0 && review.users.length === 0;
    const users = isOpenToAll || review.users.includes(to) ? {} : { users: [...review.users, to] };
    const reason =
      options.reason === undefined ? {} : { reason: boundedText(options.reason, textLimits.reason) };
    const message = delegated(review, by, this.changes.at(), {
      to,
      ...reason,
      until: this.changes.at(duration),
    });
    const given = await this.reviews.claim({ review, by: by.id, holder: to, duration, ...users }, message);
    return this.outcome(review, given, 'delegate', by);
  }

  private async reach(id: string, options: ReviewerOptions, what: 'claim' | 'release' | 'delegate') {
    const operation = what === 'delegate' ? 'review.delegate' : 'review.decide';
    const caller = await this.access.reviewer(options, what, operation);
    const review = await this.access.reachToDecide(id, caller, operation);
    return { review, by: caller.principal };
  }

  private outcome(
    review: Review,
    written: boolean,
    what: 'claim' | 'release' | 'delegate',
    by: Principal,
  ): Promise<Review> {
    return this.changes.outcome(review, written, { what, by: by.id });
  }

  /** @throws {InputValidationError} */
  private durationOf(wanted: Duration | undefined): number {
    if (wanted === undefined) return this.usual;
    const duration = millisecondsOr(wanted, undefined);
    if (duration !== undefined && duration > 0 && duration <= longestClaim) return duration;
    throw new InputValidationError(
      `for is '${String(wanted)}': write how long others wait, such as '15m', at most a week ('7d')`,
      { details: { for: wanted } },
    );
  }
}

/** In the form in which ids of principals are. @throws {InputValidationError} */
function holderOf(to: string): string {
  return readPrincipal({ id: to, roles: [] }, 'to, whom the review is delegated to').id;
}
