export {
  type CacheEntry,
  type CacheFilter,
  type CacheOptions,
  type CachePlace,
  type CacheStats,
  CallCache,
  defaultCacheBytes,
} from './cache-entry.js';
export { CacheService } from './cache.service.js';
export { MemoryCallCache } from './memory-call-cache.js';
export { TypeOrmCallCache } from './typeorm-call-cache.js';
