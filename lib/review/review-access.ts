import { type AccessResource, type Caller, principalOf, type RunAccess } from '../access/index.js';
import type { Review } from '../database/index.js';
import { AccessDeniedError, ReviewNotFoundError } from '../errors/index.js';
import { type Page, type Principal, requireId } from '../values/index.js';
import { denialReason, isAsked } from './decide/may-decide.js';
import { reviewLocation } from './review-location.js';
import { readReviewFilter, reviewPageSize } from './review-cursor.js';
import type { ReviewMetrics, ReviewMetricsFilter } from './metrics/review-metrics.js';
import type { ReviewerOptions } from './review-options.js';
import type { ReviewFilter, Reviews } from './reviews.js';

/** A person. */
export type Reviewer = Extract<Caller, { readonly kind: 'principal' }>;

/** What takes a say in a review. */
type ReviewOperation = 'review.decide' | 'review.delegate';

/** Lets callers reach reviews. One of another tenant does not exist for them. */
export class ReviewAccess {
  constructor(
    private readonly access: RunAccess,
    private readonly reviews: Pick<Reviews, 'find' | 'list' | 'metrics'>,
  ) {}

  /** Those of runs that the caller sees, and those that ask the caller. @throws {AccessDeniedError} {InputValidationError} */
  async list(filter: ReviewFilter): Promise<Page<Review>> {
    const caller = await this.access.control.caller(undefined, 'review.read');
    const reviewer = principalOf(caller);
    return this.access.page(
      caller,
      'review.read',
      readReviewFilter(filter),
      reviewPageSize({}),
      (asked, visible) => this.reviews.list(asked, { ...visible, reviewer }),
      (review) => resourceOf(review, reviewer),
    );
  }

  /** Figures of those that the caller sees. @throws {AccessDeniedError} {InputValidationError} */
  async metrics(filter: ReviewMetricsFilter): Promise<readonly ReviewMetrics[]> {
    const { control } = this.access;
    const caller = await control.caller(undefined, 'review.read');
    const reviewer = principalOf(caller);
    const { isAsked: asksPolicy, ...visible } = await this.access.visibility(caller, 'review.read');
    const all = await this.reviews.metrics(filter, { ...visible, reviewer });
    if (!asksPolicy) return all;
    // A policy of the host's own is asked about each workflow: figures are of many reviews.
    const seen = new Set<string>();
    for (const name of new Set(all.map(({ workflow }) => workflow))) {
      const { tenant } = reviewer ?? {};
      const resource = { kind: 'review', name, ...(tenant === undefined ? {} : { tenant }) };
      const rule = this.access.rule(name, 'review.read');
      if (await control.may(caller, 'review.read', resource, rule)) seen.add(name);
    }
    return all.filter(({ workflow }) => seen.has(workflow));
  }

  /** @throws {ReviewNotFoundError} {AccessDeniedError} {InputValidationError} if it is not an id */
  async read(id: string): Promise<Review> {
    const caller = await this.access.control.caller(undefined, 'review.read');
    return this.reach(id, 'review.read', caller);
  }

  /** Only people decide: not the host's own code. @throws {AccessDeniedError} */
  async reviewer(
    { by }: ReviewerOptions,
    what: string,
    operation: ReviewOperation = 'review.decide',
  ): Promise<Reviewer> {
    const caller = await this.access.control.caller(by, operation);
    if (caller.kind === 'principal') return caller;
    throw new AccessDeniedError(
      `Nobody is known who could ${what} the review: set the module's "principal" option and log in, or pass "by"`,
    );
  }

  /** One in which this person has a say. @throws {ReviewNotFoundError} {AccessDeniedError} */
  async reachToDecide(
    id: string,
    caller: Reviewer,
    operation: ReviewOperation = 'review.decide',
  ): Promise<Review> {
    const review = await this.reach(id, operation, caller);
    const denial = denialReason(review, caller.principal);
    if (denial === undefined) return review;
    throw new AccessDeniedError(`${caller.principal.id} has no say in ${reviewLocation(review)}: ${denial}`, {
      details: { reviewId: id, principal: caller.principal.id },
    });
  }

  /** @throws {ReviewNotFoundError} {AccessDeniedError} */
  async reach(id: string, operation: 'review.read' | ReviewOperation, caller: Caller): Promise<Review> {
    const { control } = this.access;
    const review = await this.find(id, control.tenantOf(caller, operation));
    const rule = this.access.rule(review.workflow, operation);
    await control.assert(caller, operation, resourceOf(review, principalOf(caller)), rule);
    return review;
  }

  /** As it is now, within the caller's tenant, whatever the caller may do with it. @throws {ReviewNotFoundError} */
  findFor(caller: Caller, id: string): Promise<Review> {
    return this.find(id, this.access.control.tenantOf(caller, 'review.decide'));
  }

  /** As it is now, for any caller. @throws {ReviewNotFoundError} */
  async find(id: string, tenant?: string | null): Promise<Review> {
    const review = await this.reviews.find(requireId(id, 'reviewId'), tenant);
    if (review) return review;
    throw new ReviewNotFoundError(`There is no review ${id}: list() shows those that are open`, {
      details: { reviewId: id },
    });
  }
}

/** A review as what is acted upon. */
function resourceOf(review: Review, principal: Principal | undefined): AccessResource {
  const { runId, workflow, tenant, startedBy } = review;
  return {
    kind: 'review',
    name: workflow,
    runId,
    ...(tenant === null ? {} : { tenant }),
    ...(startedBy === null ? {} : { owner: startedBy }),
    ...(principal && isAsked(review, principal) ? { isAsked: true } : {}),
  };
}
