export { Fitting } from './decide/fitting.js';
export { MemoryReviews } from './store/memory-reviews.js';
export { ReviewService } from './review.service.js';
export type { DecisionOptions, ReviewerOptions } from './review-options.js';
export { type DecisionWrite, type ExpiryWrite, type ReviewFilter, Reviews } from './reviews.js';
export { TypeOrmReviews } from './store/typeorm-reviews.js';
export { denialReason } from './decide/may-decide.js';
