import type { Review, ReviewDecision } from '../database/index.js';
import { AccessDeniedError, InputValidationError, ReviewConflictError } from '../errors/index.js';
import { canonicalJson, type JsonValue, type Principal } from '../values/index.js';
import type { Choice } from '../workflow/index.js';
import { formIssues } from './form-issues.js';
import { whyNot } from './may-decide.js';
import { placeOf } from './review-messages.js';

/** What a person wants. */
export interface Wish {
  readonly choice: Choice;
  readonly by: Principal;
  readonly at: string;
  readonly reason?: string;
  readonly value?: JsonValue;
  /** Hash of what the person saw. */
  readonly proposedHash?: string;
}

/** The decision that follows from a wish. State and expiry are left to the database, which alone can tell. */
export interface Decided {
  readonly decision: ReviewDecision;
  /** The quorum is reached: the review ends. */
  readonly final: boolean;
  /** Equal decisions so far, this one included. */
  readonly count: number;
}

/**
 * Who may, what may be chosen, what comes of it.
 * @throws {AccessDeniedError} {InputValidationError} {ReviewConflictError}
 */
export function decide(review: Review, wish: Wish): Decided {
  const where = placeOf(review);
  const denial = whyNot(review, wish.by);
  if (denial !== undefined) {
    throw new AccessDeniedError(`${wish.by.id} may not decide ${where}: ${denial}`, {
      details: { reviewId: review.id, principal: wish.by.id },
    });
  }
  if (wish.proposedHash !== undefined && wish.proposedHash !== review.proposedHash) {
    throw new ReviewConflictError(`${where} is about something else than what was shown: read it again`, {
      details: { reviewId: review.id, shown: wish.proposedHash, proposed: review.proposedHash },
    });
  }
  checkChoice(review, wish, where);
  if (review.decisions.some(({ by }) => by === wish.by.id)) {
    throw new ReviewConflictError(
      `${wish.by.id} has already decided ${where}; ${review.quorum} people have to agree`,
      { details: { reviewId: review.id } },
    );
  }
  const count = review.decisions.filter((earlier) => agree(earlier, wish)).length + 1;
  return { decision: decisionOf(wish), final: wish.choice === 'reject' || count >= review.quorum, count };
}

function checkChoice(review: Review, { choice, value }: Wish, where: string): void {
  if (!review.choices.includes(choice)) {
    throw invalid(`${where} can't be answered with '${choice}', only with ${review.choices.join(', ')}`, []);
  }
  if (choice !== 'edit') return;
  if (value === undefined) throw invalid(`An edit of ${where} needs a value`, []);
  const issues = formIssues(review.form, value);
  if (issues.length > 0) {
    const list = issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw invalid(`The edit of ${where} does not fit its form: ${list}`, issues);
  }
}

function invalid(message: string, issues: readonly unknown[]): InputValidationError {
  return new InputValidationError(message, { details: { issues } });
}

function agree(earlier: ReviewDecision, wish: Wish): boolean {
  return earlier.choice === wish.choice && canonicalJson(earlier.value) === canonicalJson(wish.value);
}

function decisionOf({ by, at, choice, reason, value }: Wish): ReviewDecision {
  return {
    by: by.id,
    at,
    choice,
    ...(reason === undefined ? {} : { reason }),
    ...(value === undefined ? {} : { value }),
  };
}
