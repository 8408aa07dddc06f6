export { MemoryOpenReviewCounts } from './memory-open-review-counts.js';
export {
  OpenReviewCounts,
  type OpenReviewScope,
  type ReviewOwner,
  type RunWithoutRoom,
} from './open-review-counts.js';
export {
  type OpenReviewLimit,
  OpenReviewLimits,
  type OpenReviewMaximums,
  scopeOfReviewLimit,
} from './open-review-limits.js';
export { TypeOrmOpenReviewCounts } from './typeorm-open-review-counts.js';
