import type { Review } from '../../database/index.js';
import type { Principal } from '../../values/index.js';

/** Of a review, what says who may decide it. */
export type ReviewCircle = Pick<Review, 'tenant' | 'separationOfDuties' | 'startedBy' | 'roles' | 'users'>;

/** Why this person may not decide this review; undefined if they may. */
export function denialReason(review: ReviewCircle, principal: Principal): string | undefined {
  if (review.tenant !== null && principal.tenant !== undefined && principal.tenant !== review.tenant) {
    return 'it belongs to another tenant';
  }
  if (review.separationOfDuties && review.startedBy !== null && review.startedBy === principal.id) {
    return 'who started the run cannot decide on it (separation of duties)';
  }
  if (isNamed(review, principal)) return undefined;
  return `it takes ${[
    ...(review.roles.length > 0 ? [`one of the roles ${review.roles.join(', ')}`] : []),
    ...(review.users.length > 0 ? [`one of the users ${review.users.join(', ')}`] : []),
  ].join(' or ')}`;
}

/** Without roles and users, everybody who is known may decide. */
function isNamed(review: ReviewCircle, principal: Principal): boolean {
  if (review.roles.length === 0 && review.users.length === 0) return true;
  return review.users.includes(principal.id) || review.roles.some((role) => principal.roles.includes(role));
}
