export { Fitting } from './fitting.js';
export { MemoryReviews } from './memory-reviews.js';
export { ReviewService } from './review.service.js';
export type { DecisionOptions, ReviewerOptions } from './review-options.js';
export { type DecisionWrite, type ExpiryWrite, type ReviewFilter, Reviews } from './reviews.js';
export { TypeOrmReviews } from './typeorm-reviews.js';
