export { LimitsController } from './limits.controller.js';
export { budgets, rateLimits } from './shop-limits.js';
