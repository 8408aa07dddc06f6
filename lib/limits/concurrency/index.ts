export type { ConcurrencyLimit, ConcurrencyScope } from './concurrency-limit.js';
export { concurrencyLimitProblems } from './concurrency-limit-rules.js';
export { ConcurrencyLimiter } from './concurrency-limiter.js';
export type { SlotGrant } from './slot-ledger.js';
export type { Slot } from './slots.js';
