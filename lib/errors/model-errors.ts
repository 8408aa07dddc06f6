import { OrchestrationError, type ErrorOptions } from './orchestration-error.js';

/** Every model of the alias failed; `details.failures` lists each. */
export class AllModelsFailedError extends OrchestrationError {
  readonly code = 'ALL_MODELS_FAILED';
}

/** A model's answer was cut off, filtered or refused, also when the model was told; nothing of it was acted upon. */
export class IncompleteAnswerError extends OrchestrationError {
  readonly code = 'INCOMPLETE_ANSWER';
}

/** One provider call failed. `status` is the HTTP status where there was an answer; `retryAfter` in milliseconds. */
export class ModelCallError extends OrchestrationError {
  readonly code = 'MODEL_CALL_FAILED';

  constructor(
    message: string,
    readonly failure: {
      readonly status?: number | undefined;
      readonly retryAfter?: number | undefined;
      readonly transient: boolean;
    },
    options: ErrorOptions = {},
  ) {
    super(message, { ...options, details: { ...options.details, ...failure } });
  }
}
