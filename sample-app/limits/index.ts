export { LimitsController } from './limits.controller.js';
export { budgets, concurrencyLimits, rateLimits } from './shop-limits.js';
