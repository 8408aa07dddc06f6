import { OrchestrationError } from '../orchestration-error.js';

/** No review has that id. */
export class ReviewNotFoundError extends OrchestrationError {
  readonly code = 'REVIEW_NOT_FOUND';
}

/** The review is already decided, or was replaced. */
export class ReviewConflictError extends OrchestrationError {
  readonly code = 'REVIEW_CONFLICT';
}

/** The time to decide is over. */
export class ReviewExpiredError extends OrchestrationError {
  readonly code = 'REVIEW_EXPIRED';
}

/** A person rejected the proposal. */
export class ReviewRejectedError extends OrchestrationError {
  readonly code = 'REVIEW_REJECTED';
}
