export { type ErrorData, errorOf, toErrorData } from './error-data.js';
export { type ErrorCode, type ErrorOptions, OrchestrationError } from './orchestration-error.js';
export * from './definition-errors.js';
export * from './validation-errors.js';
export * from './policy-errors.js';
export * from './run-errors.js';
export * from './review-errors.js';
export * from './model-errors.js';
export * from './user-errors.js';
