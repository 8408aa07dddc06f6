import { OrchestrationError } from './orchestration-error.js';

/** A value from outside does not fit its schema; `details.issues` lists path and message. */
export class InputValidationError extends OrchestrationError {
  readonly code = 'INPUT_VALIDATION';
}

/** What a step, tool or model answered does not fit its schema; `details.issues` lists path and message. */
export class OutputValidationError extends OrchestrationError {
  readonly code = 'OUTPUT_VALIDATION';
}

/** A value cannot be journaled: a function, a BigInt, a cycle, or larger than the limit; `details.path` says where. */
export class PayloadError extends OrchestrationError {
  readonly code = 'PAYLOAD';
}
