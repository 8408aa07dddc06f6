export { Fitting } from './decide/fitting.js';
export { MemoryReviews } from './store/memory-reviews.js';
export { ReviewDeadlines } from './changes/review-deadlines.js';
export { ReviewService } from './review.service.js';
export type {
  BulkDecision,
  ReviewClaimOptions,
  DecisionOptions,
  DelegateOptions,
  ReviewerOptions,
  SeenReview,
} from './review-options.js';
export type { ReviewMetrics, ReviewMetricsFilter, ReviewRule } from './metrics/review-metrics.js';
export { longestClaim, type ReviewsOptions, ReviewSettings } from './review-settings.js';
export {
  type ClaimWrite,
  type DecisionWrite,
  type ExpiryWrite,
  type ReviewFilter,
  Reviews,
} from './reviews.js';
export { TypeOrmReviews } from './store/typeorm-reviews.js';
export { denialReason } from './decide/may-decide.js';
