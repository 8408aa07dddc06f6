export { MemoryRateBuckets } from './memory-rate-buckets.js';
export { RateBuckets } from './rate-buckets.js';
export { declaredRates, type DeclaredRates } from './declared-rates.js';
export type { RateLimit, RateScope } from './rate-limit.js';
export { rateLimitProblems } from './rate-limit-rules.js';
export {
  type RateGrant,
  RateLimiter,
  rateLimitError,
  type RateOutcome,
  type RateWant,
} from './rate-limiter.js';
export { TypeOrmRateBuckets } from './typeorm-rate-buckets.js';
