import type { Review } from '../../database/index.js';
import type { OrchestrationError } from '../../errors/index.js';
import type { InboxBody, PostedMessage } from '../../journal/index.js';
import type { EscalationStage } from '../../scope/index.js';
import { derivedId, newId, type Principal } from '../../values/index.js';
import type { Choice } from '../../workflow/index.js';
import type { ExpiryWrite } from '../reviews.js';
import type { Decided } from '../decide/decide.js';

/** @param until ISO time */
export function claimed(review: Review, by: Principal, at: string, until: string): PostedMessage {
  return message(newId(), by, at, { kind: 'review.claimed', reviewId: review.id, until });
}

export function released(review: Review, by: Principal, at: string): PostedMessage {
  return message(newId(), by, at, { kind: 'review.released', reviewId: review.id });
}

/** @param until ISO time */
export function delegated(
  review: Review,
  by: Principal,
  at: string,
  facts: { readonly to: string; readonly reason?: string; readonly until: string },
): PostedMessage {
  return message(newId(), by, at, { kind: 'review.delegated', reviewId: review.id, ...facts });
}

export function commented(review: Review, by: Principal, at: string, text: string): PostedMessage {
  return message(newId(), by, at, { kind: 'review.commented', reviewId: review.id, text });
}

/** Before the quorum is reached, a decision changes nothing for the run. */
export function decided(
  review: Review,
  { decision, outcome, final, count }: Decided,
  by: Principal,
): PostedMessage {
  const { at, reason } = decision;
  const { choice, value } = outcome;
  const { id: reviewId, proposedHash, quorum } = review;
  const because = reason === undefined ? {} : { reason };
  if (!final) {
    const vote = decision.value === undefined ? {} : { value: decision.value };
    const facts = { choice: decision.choice, ...vote, ...because, proposedHash, count, quorum };
    return message(newId(), by, at, { kind: 'review.voted', reviewId, ...facts });
  }
  const facts = { choice, ...(value === undefined ? {} : { value }), ...because, proposedHash };
  return message(derivedId(reviewId, 'decided'), by, at, { kind: 'review.decided', reviewId, ...facts });
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
export function expired(write: ExpiryWrite, at: string): PostedMessage {
  const { id: reviewId, expiresAt } = write.review;
  return {
    id: derivedId(reviewId, 'expired', expiresAt?.toISOString() ?? ''),
    actor: { kind: 'system', id: 'review-expiry' },
    at,
    body:
      write.outcome === 'escalate'
        ? escalated(reviewId, write.stage, at)
        : { kind: 'review.expired', reviewId, outcome: write.outcome },
  };
}

/** Those that it asks are told once more. */
export function reminded({ id: reviewId, remindAt }: Review, at: string): PostedMessage {
  return {
    id: derivedId(reviewId, 'reminded', remindAt?.toISOString() ?? ''),
    actor: { kind: 'system', id: 'review-reminder' },
    at,
    body: { kind: 'review.reminded', reviewId },
  };
}

function escalated(reviewId: string, { roles, users, timeout }: EscalationStage, at: string): InboxBody {
  return {
    kind: 'review.escalated',
    reviewId,
    to: roles,
    ...(users.length > 0 ? { users } : {}),
    ...(timeout === undefined ? {} : { until: new Date(Date.parse(at) + timeout).toISOString() }),
  };
}

function message(id: string, by: Principal, at: string, body: InboxBody): PostedMessage {
  return { id, actor: { kind: 'person', id: by.id }, at, body };
}
