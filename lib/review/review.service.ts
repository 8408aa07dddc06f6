import { Injectable } from '@nestjs/common';
import { RunAccess } from '../access/index.js';
import { Clock } from '../clock/index.js';
import type { Review } from '../database/index.js';
import { RunDispatcher } from '../dispatch/index.js';
import { Journal } from '../journal/index.js';
import { boundedText, type Page, PayloadLimit, textLimits } from '../values/index.js';
import type { Choice } from '../workflow/index.js';
import { Fitting } from './decide/fitting.js';
import { ReviewAccess } from './review-access.js';
import { ReviewChanges } from './changes/review-changes.js';
import { ReviewClaims } from './changes/review-claims.js';
import { ReviewDecisions } from './changes/review-decisions.js';
import { commented } from './changes/review-messages.js';
import type {
  BulkDecision,
  ReviewClaimOptions,
  DecisionOptions,
  DelegateOptions,
  ReviewerOptions,
  SeenReview,
} from './review-options.js';
import {
  readMetricsFilter,
  type ReviewMetrics,
  type ReviewMetricsFilter,
  usualPeriod,
} from './metrics/review-metrics.js';
import { ReviewSettings } from './review-settings.js';
import { type ReviewFilter, Reviews } from './reviews.js';

/** The work items that people decide. The caller's principal acts, never a field of a request body. */
@Injectable()
export class ReviewService {
  private readonly access: ReviewAccess;
  private readonly changes: ReviewChanges;
  private readonly decisions: ReviewDecisions;
  private readonly claims: ReviewClaims;

  constructor(
    private readonly reviews: Reviews,
    dispatcher: RunDispatcher,
    private readonly clock: Clock,
    limit: PayloadLimit,
    fitting: Fitting,
    runs: RunAccess,
    journal: Journal,
    settings: ReviewSettings,
  ) {
    const access = new ReviewAccess(runs, reviews);
    const changes = new ReviewChanges(access, dispatcher, clock);
    this.access = access;
    this.changes = changes;
    this.decisions = new ReviewDecisions({ access, reviews, changes, fitting, journal, dispatcher, limit });
    this.claims = new ReviewClaims(access, reviews, changes, settings.claim);
  }

  /**
   * Open reviews, oldest first, unless the filter says otherwise.
   * @throws {InputValidationError} naming each field of the filter that does not fit
   */
  async list(filter: ReviewFilter = {}): Promise<Page<Review>> {
    return this.access.list(filter);
  }

  /** @throws {ReviewNotFoundError} {AccessDeniedError} {InputValidationError} if it is not an id */
  async get(id: string): Promise<Review> {
    return this.access.read(id);
  }

  /**
   * The caller works on it: until the claim ends, which it does by itself, nobody else decides. Claimed again, it lasts longer.
   * @throws {ReviewConflictError} if somebody else has claimed it
   */
  async claim(id: string, options: ReviewClaimOptions = {}): Promise<Review> {
    return this.claims.claim(id, options);
  }

  /** Gives a claim back before its end. @throws {ReviewConflictError} if the caller has not claimed it */
  async release(id: string, options: ReviewerOptions = {}): Promise<Review> {
    return this.claims.release(id, options);
  }

  /**
   * Hands it to somebody: that person may decide from now on, also without one of the roles, and the others wait as with a claim.
   * @throws {ReviewConflictError} if somebody else has claimed it
   * @throws {AccessDeniedError} if the caller has no say in it, or either of them has shaped the run
   */
  async delegate(id: string, options: DelegateOptions): Promise<Review> {
    return this.claims.delegate(id, options);
  }

  /**
   * The proposal is good as it is; of a failure: try again; in doubt: it did not happen, continue. Where many have to
   * agree and somebody has edited the proposal, `proposedHash` has to be that of the edit.
   */
  approve(id: string, options: DecisionOptions = {}): Promise<Review> {
    return this.decisions.write(id, 'approve', options);
  }

  /** The proposal is refused. One rejection ends a review, whatever its quorum. */
  reject(id: string, options: DecisionOptions = {}): Promise<Review> {
    return this.decisions.write(id, 'reject', options);
  }

  /**
   * `value` in place of the proposal. Where many have to agree, the others then decide about it.
   * @throws {InputValidationError} if it does not fit the form, or the schema of what it stands for
   */
  edit(id: string, options: DecisionOptions & { readonly value: unknown }): Promise<Review> {
    return this.decisions.write(id, 'edit', options);
  }

  /**
   * The result itself, in place of the step's or the call's.
   * @throws {InputValidationError} if it does not fit the form or the output schema
   */
  answer(id: string, options: DecisionOptions = {}): Promise<Review> {
    return this.decisions.write(id, 'answer', options);
  }

  /** Of a failed step: the run continues without it. */
  skip(id: string, options: DecisionOptions = {}): Promise<Review> {
    return this.decisions.write(id, 'skip', options);
  }

  /**
   * One of the above, as data: what a chat, or a form, has brought. Where the same person has ended the review in the same way
   * before, as a request that was sent twice does, that stands.
   * @param options `value` of an edit or an answer
   */
  async decide(id: string, choice: Choice, options: DecisionOptions = {}): Promise<Review> {
    return this.decisions.writeOnce(id, choice, options);
  }

  /**
   * Many alike, at most 500: each by itself, bound to the hash of what was shown, as `decide` has it. One that fails leaves the
   * others as they are.
   * @returns what became of each, in their order
   * @throws {InputValidationError} before anything is decided, if one of them has no hash
   */
  async decideAll(
    choice: Exclude<Choice, 'edit' | 'answer'>,
    seen: readonly SeenReview[],
    options: Omit<DecisionOptions, 'value' | 'proposedHash'> = {},
  ): Promise<readonly BulkDecision[]> {
    return this.decisions.writeAll(choice, seen, options);
  }

  /**
   * How people decide, by what has asked them: counts, time to decision, and how often they overturn what was proposed.
   * @throws {InputValidationError} naming each field of the filter that does not fit
   */
  async metrics(filter: ReviewMetricsFilter = {}): Promise<readonly ReviewMetrics[]> {
    const read = readMetricsFilter(filter);
    const { from = new Date(this.clock.now() - usualPeriod) } = read;
    return this.access.metrics({ ...read, from });
  }

  /** @throws {ReviewConflictError} if it is no longer open */
  async comment(id: string, text: string, options: ReviewerOptions = {}): Promise<Review> {
    const caller = await this.access.reviewer(options, 'comment on');
    const by = caller.principal;
    const review = await this.access.reachToDecide(id, caller);
    const at = this.changes.at();
    const comment = { by: by.id, at, text: boundedText(text, textLimits.reason) };
    const written = await this.reviews.comment(review, comment, commented(review, by, at, comment.text));
    return this.changes.outcome(review, written, { what: 'comment', by: by.id });
  }
}
