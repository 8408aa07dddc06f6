export { MemoryOpenReviewCounts } from './memory-open-review-counts.js';
export { OpenReviewCounts, type OpenReviewScope, type ReviewOwner } from './open-review-counts.js';
export { type OpenReviewLimit, OpenReviewLimits, type OpenReviewMaximums } from './open-review-limits.js';
export { TypeOrmOpenReviewCounts } from './typeorm-open-review-counts.js';
