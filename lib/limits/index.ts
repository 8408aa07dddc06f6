export * from './budgets/index.js';
export * from './concurrency/index.js';
export * from './kill-switch/index.js';
export * from './open-reviews/index.js';
export * from './rates/index.js';
export * from './waiting-runs/index.js';
