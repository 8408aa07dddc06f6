import { OrchestrationError } from '../orchestration-error.js';

/** A step has used up its attempts. */
export class StepFailedError extends OrchestrationError {
  readonly code = 'STEP_FAILED';
}

/** An attempt took longer than its `timeout` or was silent longer than its `idleTimeout`. */
export class StepTimeoutError extends OrchestrationError {
  readonly code = 'STEP_TIMEOUT';
}

/** An agent came to one of its limits and has not answered; `details` has the condition, the reason, and what there is. */
export class AgentStoppedError extends OrchestrationError {
  readonly code = 'AGENT_STOPPED';
}

/** Who asked for a result has to wait for it: the run waits for somebody; `details.runId` is its id. */
export class RunWaitingError extends OrchestrationError {
  readonly code = 'RUN_WAITING';
}

/** A `repeat` wants more iterations than its `max`. */
export class LoopLimitExceededError extends OrchestrationError {
  readonly code = 'LOOP_LIMIT_EXCEEDED';
}

/** The run has failed; `cause` is the error of the step that ended it. */
export class RunFailedError extends OrchestrationError {
  readonly code = 'RUN_FAILED';
}

/** The run was cancelled. */
export class RunCancelledError extends OrchestrationError {
  readonly code = 'RUN_CANCELLED';
}

/** No run has that id. */
export class RunNotFoundError extends OrchestrationError {
  readonly code = 'RUN_NOT_FOUND';
}

/** The idempotency key was used before, with another input. */
export class IdempotencyConflictError extends OrchestrationError {
  readonly code = 'IDEMPOTENCY_CONFLICT';
}

/** Another worker holds the run now; this one stops and writes nothing more. */
export class LeaseLostError extends OrchestrationError {
  readonly code = 'LEASE_LOST';
}

/** The attempt has ended; what its code still tries to do is refused. */
export class StepClosedError extends OrchestrationError {
  readonly code = 'STEP_CLOSED';
}

/** An irreversible call was begun and its outcome is unknown; it is not repeated. */
export class InDoubtError extends OrchestrationError {
  readonly code = 'IN_DOUBT';
}

/** The run has ended: it takes no signals any more. */
export class RunFinishedError extends OrchestrationError {
  readonly code = 'RUN_FINISHED';
}
