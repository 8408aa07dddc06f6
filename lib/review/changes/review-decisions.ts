import type { Review } from '../../database/index.js';
import { asError, InputValidationError, ReviewConflictError } from '../../errors/index.js';
import type { Journal } from '../../journal/index.js';
import type { RunDispatcher } from '../../dispatch/index.js';
import { boundedText, type JsonValue, type PayloadLimit, textLimits, toJson } from '../../values/index.js';
import type { Choice } from '../../workflow/index.js';
import { decide, refuseMisfit } from '../decide/decide.js';
import type { Fitting } from '../decide/fitting.js';
import { isDecision } from '../decide/is-decision.js';
import { hasShaped, isAsked } from '../decide/may-decide.js';
import { refusal } from './refusal.js';
import { RefusedDecisions } from './refused-decisions.js';
import type { ReviewAccess, Reviewer } from '../review-access.js';
import type { ReviewChanges } from './review-changes.js';
import { decided } from './review-messages.js';
import type { BulkDecision, DecisionOptions, SeenReview } from '../review-options.js';
import type { Reviews } from '../reviews.js';

/** Most reviews that one call decides. */
const mostAtOnce = 500;

export interface DecisionPorts {
  readonly access: ReviewAccess;
  readonly reviews: Pick<Reviews, 'decide'>;
  readonly changes: ReviewChanges;
  readonly fitting: Fitting;
  readonly journal: Pick<Journal, 'find' | 'post'>;
  readonly dispatcher: Pick<RunDispatcher, 'dispatch'>;
  /** Of values. */
  readonly limit: PayloadLimit;
}

/** Decisions of people about reviews. */
export class ReviewDecisions {
  private readonly refusals: RefusedDecisions;

  constructor(private readonly ports: DecisionPorts) {
    const { access, journal, dispatcher, changes } = ports;
    this.refusals = new RefusedDecisions(access, journal, dispatcher, () => changes.at());
  }

  /** @throws {ReviewNotFoundError} {AccessDeniedError} {InputValidationError} {ReviewConflictError} {ReviewExpiredError} */
  async write(id: string, choice: Choice, options: DecisionOptions): Promise<Review> {
    const { access, limit } = this.ports;
    // Before anything is waited for: what is decided is what it is at this moment.
    const value = toJson(options.value, `${choice} of review ${id}`, limit.bytes);
    const caller = await access.reviewer(options, 'decide');
    try {
      return await this.decideAs(caller, id, choice, value, options);
    } catch (error) {
      await this.refusals.record(caller, id, { choice, value }, error);
      throw error;
    }
  }

  /** The same, where a request that was sent twice finds what the first has done. */
  async writeOnce(id: string, choice: Choice, options: DecisionOptions): Promise<Review> {
    try {
      return await this.write(id, choice, options);
    } catch (error) {
      if (!(error instanceof ReviewConflictError)) throw error;
      const { access } = this.ports;
      const caller = await access.reviewer(options, 'decide');
      const now = await access.reach(id, 'review.decide', caller);
      if (isDecision(now, caller.principal, { choice, value: options.value })) return now;
      throw error;
    }
  }

  /** Each by itself, one after the other. @throws {InputValidationError} before anything is decided */
  async writeAll(
    choice: Choice,
    seen: readonly SeenReview[],
    options: Omit<DecisionOptions, 'value' | 'proposedHash'>,
  ): Promise<readonly BulkDecision[]> {
    checkSeen(seen);
    const decisions: BulkDecision[] = [];
    for (const { id, proposedHash } of seen) {
      try {
        const review = await this.writeOnce(id, choice, { ...options, proposedHash });
        decisions.push({ id, ok: true, review });
      } catch (error) {
        decisions.push({ id, ok: false, error: asError(error) });
      }
    }
    return decisions;
  }

  /** Each round that fails without an end of the review means that another one of the quorum came first. */
  private async decideAs(
    caller: Reviewer,
    id: string,
    choice: Choice,
    value: JsonValue | undefined,
    options: DecisionOptions,
  ): Promise<Review> {
    const { access, reviews, changes, fitting } = this.ports;
    const by = caller.principal;
    const attempted = { what: 'decide', by: by.id } as const;
    for (;;) {
      const review = await access.reach(id, 'review.decide', caller);
      // Whom it asked is told how it has ended, and not that they may not end it again.
      if (review.status !== 'open' && isAsked(review, by)) throw refusal(review, attempted);
      const request = {
        choice,
        by,
        at: changes.at(),
        ...(options.reason === undefined ? {} : { reason: boundedText(options.reason, textLimits.reason) }),
        ...(value === undefined ? {} : { value }),
        ...(options.proposedHash === undefined ? {} : { proposedHash: options.proposedHash }),
      };
      const result = decide(review, request);
      refuseMisfit(review, choice, await fitting.issues(review, choice, value));
      const written = await reviews.decide({ review, ...result }, decided(review, result, by));
      if (written) return changes.outcome(review, true, attempted);
      const now = await access.find(id);
      // Somebody may have come to shape the run meanwhile: the next round says so.
      const isOther = now.decisions.length !== review.decisions.length || hasShaped(now, by.id);
      if (now.status !== 'open' || !isOther) throw refusal(now, attempted);
    }
  }
}

/** @throws {InputValidationError} */
function checkSeen(seen: readonly SeenReview[]): void {
  const list: unknown = seen;
  if (!Array.isArray(list)) throw misfit('the reviews have to be a list of { id, proposedHash }');
  if (list.length > mostAtOnce)
    throw misfit(`there are ${list.length} reviews: decide at most ${mostAtOnce} at once`);
  const unseen = seen.findIndex((one) => typeof one?.id !== 'string' || typeof one.proposedHash !== 'string');
  if (unseen >= 0)
    throw misfit(`reviews[${unseen}] has to be { id, proposedHash }, with the hash of what was shown`);
}

function misfit(message: string): InputValidationError {
  return new InputValidationError(`decideAll(): ${message}`);
}
