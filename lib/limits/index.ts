export * from './budgets/index.js';
export * from './kill-switch/index.js';
export * from './rates/index.js';
