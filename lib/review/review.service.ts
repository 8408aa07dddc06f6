import { Injectable } from '@nestjs/common';
import { RunAccess } from '../access/index.js';
import { Clock } from '../clock/index.js';
import type { Review } from '../database/index.js';
import { RunDispatcher } from '../dispatch/index.js';
import { ReviewConflictError } from '../errors/index.js';
import { boundedText, type JsonValue, type Page, PayloadLimit, textLimits, toJson } from '../values/index.js';
import type { Choice } from '../workflow/index.js';
import { decide, refuseMisfit } from './decide/decide.js';
import { Fitting } from './decide/fitting.js';
import { hasShaped, isAsked } from './decide/may-decide.js';
import { isDecision } from './decide/is-decision.js';
import { RefusedDecisions } from './refused-decisions.js';
import { refusal } from './refusal.js';
import { Journal } from '../journal/index.js';
import { ReviewAccess, type Reviewer } from './review-access.js';
import { claimed, commented, decided, expired } from './review-messages.js';
import type { DecisionOptions, ReviewerOptions } from './review-options.js';
import { type ReviewFilter, Reviews } from './reviews.js';

/** How many overdue reviews one sweep takes. */
const sweepSize = 200;

/** The work items that people decide. The caller's principal acts, never a field of a request body. */
@Injectable()
export class ReviewService {
  private readonly access: ReviewAccess;
  private readonly refusals: RefusedDecisions;

  constructor(
    private readonly reviews: Reviews,
    private readonly dispatcher: RunDispatcher,
    private readonly clock: Clock,
    private readonly limit: PayloadLimit,
    private readonly fitting: Fitting,
    runs: RunAccess,
    journal: Journal,
  ) {
    this.access = new ReviewAccess(runs, reviews);
    this.refusals = new RefusedDecisions(this.access, journal, dispatcher, () => this.at());
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
   * Shows the others that somebody works on it. Everybody who may decide still can: a claim must not outlive a holiday.
   * @throws {ReviewConflictError} if somebody else has claimed it
   */
  async claim(id: string, options: ReviewerOptions = {}): Promise<Review> {
    const caller = await this.access.reviewer(options, 'claim');
    const by = caller.principal;
    const review = await this.access.reachToDecide(id, caller);
    const taken = await this.reviews.claim(review, by.id, claimed(review, by, this.at()));
    return this.outcome(review, taken, 'claim');
  }

  /**
   * The proposal is good as it is; of a failure: try again; in doubt: it did not happen, continue. Where many have to
   * agree and somebody has edited the proposal, `proposedHash` has to be that of the edit.
   */
  approve(id: string, options: DecisionOptions = {}): Promise<Review> {
    return this.writeDecision(id, 'approve', options);
  }

  /** The proposal is refused. One rejection ends a review, whatever its quorum. */
  reject(id: string, options: DecisionOptions = {}): Promise<Review> {
    return this.writeDecision(id, 'reject', options);
  }

  /**
   * `value` in place of the proposal. Where many have to agree, the others then decide about it.
   * @throws {InputValidationError} if it does not fit the form, or the schema of what it stands for
   */
  edit(id: string, options: DecisionOptions & { readonly value: unknown }): Promise<Review> {
    return this.writeDecision(id, 'edit', options);
  }

  /**
   * The result itself, in place of the step's or the call's.
   * @throws {InputValidationError} if it does not fit the form or the output schema
   */
  answer(id: string, options: DecisionOptions = {}): Promise<Review> {
    return this.writeDecision(id, 'answer', options);
  }

  /**
   * One of the above, as data: what a chat, or a form, has brought. Where the same person has ended the review in the same way
   * before, as a request that was sent twice does, that stands.
   * @param options `value` of an edit or an answer
   */
  async decide(id: string, choice: Choice, options: DecisionOptions = {}): Promise<Review> {
    try {
      return await this.writeDecision(id, choice, options);
    } catch (error) {
      if (!(error instanceof ReviewConflictError)) throw error;
      const caller = await this.access.reviewer(options, 'decide');
      const now = await this.access.reach(id, 'review.decide', caller);
      if (isDecision(now, caller.principal, { choice, value: options.value })) return now;
      throw error;
    }
  }

  /** Of a failed step: the run continues without it. */
  skip(id: string, options: DecisionOptions = {}): Promise<Review> {
    return this.writeDecision(id, 'skip', options);
  }

  /** @throws {ReviewConflictError} if it is no longer open */
  async comment(id: string, text: string, options: ReviewerOptions = {}): Promise<Review> {
    const caller = await this.access.reviewer(options, 'comment on');
    const by = caller.principal;
    const review = await this.access.reachToDecide(id, caller);
    const at = this.at();
    const comment = { by: by.id, at, text: boundedText(text, textLimits.reason) };
    const written = await this.reviews.comment(review, comment, commented(review, by, at, comment.text));
    return this.outcome(review, written, 'comment');
  }

  /** Answers reviews that nobody decided in time, as their `onTimeout` says. Called by the sweep; returns how many. */
  async expireDue(): Promise<number> {
    const overdue = await this.reviews.overdue(sweepSize);
    let count = 0;
    for (const review of overdue) {
      // without anybody to escalate to, waiting on would be forever
      const lost = review.onTimeout === 'escalate' && review.escalateTo.length === 0;
      const write = { review, outcome: lost ? ('reject' as const) : review.onTimeout };
      if (!(await this.reviews.expire(write, expired(write, this.at())))) continue;
      this.wake(review);
      count++;
    }
    return count;
  }

  /** Each round that fails without an end of the review means that another one of the quorum came first. */
  private async writeDecision(id: string, choice: Choice, options: DecisionOptions): Promise<Review> {
    // Before anything is waited for: what is decided is what it is at this moment.
    const value = toJson(options.value, `${choice} of review ${id}`, this.limit.bytes);
    const caller = await this.access.reviewer(options, 'decide');
    try {
      return await this.decideAs(caller, id, choice, value, options);
    } catch (error) {
      await this.refusals.record(caller, id, { choice, value }, error);
      throw error;
    }
  }

  private async decideAs(
    caller: Reviewer,
    id: string,
    choice: Choice,
    value: JsonValue | undefined,
    options: DecisionOptions,
  ): Promise<Review> {
    const by = caller.principal;
    for (;;) {
      const review = await this.access.reach(id, 'review.decide', caller);
      // Whom it asked is told how it has ended, and not that they may not end it again.
      if (review.status !== 'open' && isAsked(review, by)) throw refusal(review, 'decide');
      const request = {
        choice,
        by,
        at: this.at(),
        ...(options.reason === undefined ? {} : { reason: boundedText(options.reason, textLimits.reason) }),
        ...(value === undefined ? {} : { value }),
        ...(options.proposedHash === undefined ? {} : { proposedHash: options.proposedHash }),
      };
      const result = decide(review, request);
      refuseMisfit(review, choice, await this.fitting.issues(review, choice, value));
      const written = await this.reviews.decide({ review, ...result }, decided(review, result, by));
      if (written) return this.outcome(review, true, 'decide');
      const now = await this.access.find(id);
      // Somebody may have come to shape the run meanwhile: the next round says so.
      const isOther = now.decisions.length !== review.decisions.length || hasShaped(now, by.id);
      if (now.status !== 'open' || !isOther) throw refusal(now, 'decide');
    }
  }

  private async outcome(
    review: Review,
    written: boolean,
    attempt: Parameters<typeof refusal>[1],
  ): Promise<Review> {
    const now = await this.access.find(review.id);
    if (!written) throw refusal(now, attempt);
    this.wake(review);
    return now;
  }

  private wake({ runId }: Review): void {
    this.dispatcher.dispatch([{ runId, reason: 'inbox' }]);
  }

  private at(): string {
    return new Date(this.clock.now()).toISOString();
  }
}
