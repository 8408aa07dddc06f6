import type { Review } from '../../database/index.js';
import type { Principal } from '../../values/index.js';

/** Of a review, what says who may decide it. */
export type ReviewCircle = Pick<Review, 'separationOfDuties' | 'startedBy' | 'shapedBy' | 'roles' | 'users'>;

/** Why this person may not decide this review; undefined if they may. */
export function denialReason(review: ReviewCircle, principal: Principal): string | undefined {
  if (hasShaped(review, principal.id)) {
    return review.startedBy === principal.id
      ? 'who started the run cannot decide on it (separation of duties)'
      : 'who has shaped the run, by a fork, a retry, a signal, a message or an edit, cannot decide on it (separation of duties)';
  }
  if (isAsked(review, principal)) return undefined;
  return `it takes ${[
    ...(review.roles.length > 0 ? [`one of the roles ${review.roles.join(', ')}`] : []),
    ...(review.users.length > 0 ? [`one of the users ${review.users.join(', ')}`] : []),
  ].join(' or ')}`;
}

/** Whether this person has had a part in what is to be decided, where that matters. */
export function hasShaped(
  review: Pick<ReviewCircle, 'separationOfDuties' | 'shapedBy'>,
  person: string,
): boolean {
  return review.separationOfDuties && review.shapedBy.includes(person);
}

/** Without roles and users, everybody who is known may decide. */
export function isAsked(review: Pick<ReviewCircle, 'roles' | 'users'>, principal: Principal): boolean {
  if (review.roles.length === 0 && review.users.length === 0) return true;
  return review.users.includes(principal.id) || review.roles.some((role) => principal.roles.includes(role));
}
