import type { Review } from '../database/index.js';
import type { OrchestrationError } from '../errors/index.js';
import type { InboxBody, PostedMessage } from '../journal/index.js';
import { derivedId, newId, type Principal } from '../values/index.js';
import type { Choice } from '../workflow/index.js';
import type { ExpiryWrite } from './reviews.js';
import type { Decided } from './decide/decide.js';

export function claimed(review: Review, by: Principal, at: string): PostedMessage {
  return message(newId(), by, at, { kind: 'review.claimed', reviewId: review.id });
}

export function commented(review: Review, by: Principal, at: string, text: string): PostedMessage {
  return message(newId(), by, at, { kind: 'review.commented', reviewId: review.id, text });
}

/** Before the quorum is reached, a decision goes into the records as a comment: it changes nothing for the run. */
export function decided(
  review: Review,
  { decision, outcome, final, count }: Decided,
  by: Principal,
): PostedMessage {
  const { at, reason } = decision;
  const { choice, value } = outcome;
  if (!final) {
    const text = `${decision.choice}, ${count} of ${review.quorum}${reason === undefined ? '' : `: ${reason}`}`;
    return commented(review, by, at, text);
  }
  return message(derivedId(review.id, 'decided'), by, at, {
    kind: 'review.decided',
    reviewId: review.id,
    choice,
    ...(value === undefined ? {} : { value }),
    ...(reason === undefined ? {} : { reason }),
    proposedHash: review.proposedHash,
  });
}

/** Somebody wanted to decide, and was refused. */
export function decisionRefused(
  review: Review,
  choice: Choice,
  by: Principal,
  at: string,
  error: OrchestrationError,
): PostedMessage {
  const { code, message: reason } = error;
  return message(newId(), by, at, { kind: 'review.refused', reviewId: review.id, choice, code, reason });
}

/** Nobody has decided in time: that ends the review, or hands it to others. */
export function expired({ review, outcome }: ExpiryWrite, at: string): PostedMessage {
  const reviewId = review.id;
  return {
    id: derivedId(review.id, 'expired', review.expiresAt?.toISOString() ?? ''),
    actor: { kind: 'system', id: 'review-expiry' },
    at,
    body:
      outcome === 'escalate'
        ? { kind: 'review.escalated', reviewId, to: review.escalateTo }
        : { kind: 'review.expired', reviewId, outcome },
  };
}

function message(id: string, by: Principal, at: string, body: InboxBody): PostedMessage {
  return { id, actor: { kind: 'person', id: by.id }, at, body };
}
