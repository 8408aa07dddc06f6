import { type ErrorCode, OrchestrationError } from '../../errors/index.js';

/**
 * After these the model must not continue: the run is no longer ours, is ending, has no money left,
 * or a call may have happened and asking for it again could repeat it.
 */
const ending: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'LEASE_LOST',
  'STEP_CLOSED',
  'BUDGET_EXCEEDED',
  'RUN_CANCELLED',
  'IN_DOUBT',
]);

/** Whether an error of a tool call ends the step, instead of being told to the model. By code: it may come from the journal. */
export function isTerminalToolError(error: unknown): boolean {
  if (!(error instanceof OrchestrationError)) return false;
  // `reject` goes back to the model; `block` is the verdict that fails the step.
  if (error.code === 'GUARDRAIL_BLOCKED') return error.details['verdict'] === 'block';
  return ending.has(error.code);
}
