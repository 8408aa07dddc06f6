import { OrchestrationError } from '../orchestration-error.js';

/** Thrown at boot: lists every problem of every workflow, tool and guardrail at once. */
export class InvalidWorkflowDefinitionError extends OrchestrationError {
  readonly code = 'INVALID_WORKFLOW_DEFINITION';
}

/** No workflow of that name or class is registered. */
export class UnknownWorkflowError extends OrchestrationError {
  readonly code = 'UNKNOWN_WORKFLOW';
}

/** Thrown at boot: lists every problem of the module options at once. */
export class InvalidOptionsError extends OrchestrationError {
  readonly code = 'INVALID_OPTIONS';
}

/** The workflow was changed under a run that had begun with the former definition. */
export class DefinitionChangedError extends OrchestrationError {
  readonly code = 'DEFINITION_CHANGED';
}

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
