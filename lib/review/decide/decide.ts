import type { Review, ReviewDecision } from '../../database/index.js';
import { AccessDeniedError, InputValidationError, ReviewConflictError } from '../../errors/index.js';
import { hashOf, type Issue, type JsonValue, type Principal } from '../../values/index.js';
import type { Choice } from '../../workflow/index.js';
import { agree, editorOf, lastWords } from './agreement.js';
import { denialReason } from './may-decide.js';
import { reviewLocation } from '../review-location.js';
import type { DecisionWrite } from '../reviews.js';

/** How often a proposal that many have to agree on may be replaced: each time the others have to decide again. */
const mostEdits = 3;

/** What a person wants. */
export interface DecisionRequest {
  readonly choice: Choice;
  readonly by: Principal;
  readonly at: string;
  readonly reason?: string;
  readonly value?: JsonValue;
  /** Hash of what the person saw. */
  readonly proposedHash?: string;
}

/** The decision that follows from a request. State and expiry are left to the database, which alone can tell. */
export interface Decided extends Omit<DecisionWrite, 'review'> {
  /** How many agree so far, this one included. */
  readonly count: number;
}

/**
 * Who may, what may be chosen, what comes of it. Where many have to agree, an edit takes the place of the proposal, and
 * the count begins again with who has edited; an approval of it has to name its hash.
 * @throws {AccessDeniedError} {InputValidationError} {ReviewConflictError}
 */
export function decide(review: Review, request: DecisionRequest): Decided {
  const where = reviewLocation(review);
  const denial = denialReason(review, request.by);
  if (denial !== undefined) {
    throw new AccessDeniedError(`${request.by.id} may not decide ${where}: ${denial}`, {
      details: { reviewId: review.id, principal: request.by.id },
    });
  }
  checkSeen(review, request, where);
  checkChoice(review, request, where);
  const decision = decisionOf(review, request);
  const own = review.decisions.findLast(({ by }) => by === request.by.id);
  if (own && agree(own, decision)) {
    throw new ReviewConflictError(
      `${request.by.id} has already decided ${where} like that; ${review.quorum} people have to agree`,
      { details: { reviewId: review.id } },
    );
  }
  const count = lastWords(review, request.by.id).filter((one) => agree(one, decision)).length + 1;
  const outcome = outcomeOf(review, request);
  const isFinal = request.choice === 'reject' || count >= review.quorum;
  if (isFinal || request.choice !== 'edit') return { decision, outcome, final: isFinal, count };
  if (review.decisions.filter(({ choice }) => choice === 'edit').length >= mostEdits)
    throw new ReviewConflictError(
      `${where} was edited ${mostEdits} times, and ${review.quorum} people have to agree: approve what it is now, or reject it`,
      { details: { reviewId: review.id } },
    );
  const proposed = request.value ?? null;
  return { decision, outcome, final: false, count, replacement: { proposed, hash: hashOf(proposed) } };
}

/** An approval without a hash is about what the run has proposed. */
function checkSeen(review: Review, { choice, proposedHash }: DecisionRequest, where: string): void {
  const editor = editorOf(review);
  const isUnseen = proposedHash === undefined && choice === 'approve' && editor !== undefined;
  if (!isUnseen && (proposedHash === undefined || proposedHash === review.proposedHash)) return;
  const why = isUnseen
    ? `was edited by ${editor}: read it, and approve with the proposedHash of what you have read`
    : 'is about something else than what was shown: read it again';
  throw new ReviewConflictError(`${where} ${why}`, {
    details: { reviewId: review.id, shown: proposedHash, proposed: review.proposedHash },
  });
}

/** An edit that the others approve is an edit for the run. */
function outcomeOf(review: Review, { choice, value }: DecisionRequest): Decided['outcome'] {
  // A row's JSON is JSON.
  if (choice === 'approve' && editorOf(review) !== undefined)
    return { choice: 'edit', value: (review.proposed ?? null) as JsonValue };
  return { choice, ...(value === undefined ? {} : { value }) };
}

function checkChoice(review: Review, { choice, value }: DecisionRequest, where: string): void {
  // What nobody may wave through has become something else by an edit.
  const isOfEdit = choice === 'approve' && editorOf(review) !== undefined;
  if (!isOfEdit && !review.choices.includes(choice)) {
    throw invalid(`${where} can't be answered with '${choice}', only with ${review.choices.join(', ')}`, []);
  }
  if (choice === 'edit' && value === undefined) throw invalid(`An edit of ${where} needs a value`, []);
}

/** @throws {InputValidationError} if there are issues */
export function refuseMisfit(review: Review, choice: Choice, issues: readonly Issue[]): void {
  if (issues.length === 0) return;
  const list = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw invalid(`The ${choice} of ${reviewLocation(review)} does not fit: ${list}`, issues);
}

function invalid(message: string, issues: readonly unknown[]): InputValidationError {
  return new InputValidationError(message, { details: { issues } });
}

function decisionOf(
  { proposedHash }: Review,
  { by, at, choice, reason, value }: DecisionRequest,
): ReviewDecision {
  return {
    by: by.id,
    at,
    choice,
    ...(reason === undefined ? {} : { reason }),
    ...(value === undefined ? {} : { value }),
    proposedHash,
  };
}
