import { AgentStoppedError, errorMessage } from '../../errors/index.js';
import type { LoopStop } from '../../models/index.js';

/**
 * An agent came to a limit and has not answered.
 * @param partial what it said last
 * @param cause why its last answer did not come
 */
export function stoppedError(
  agent: string,
  stop: LoopStop,
  partial: string,
  cause?: unknown,
): AgentStoppedError {
  const why = cause === undefined ? '' : `, and its last answer failed: ${errorMessage(cause)}`;
  return new AgentStoppedError(
    `The agent ${agent} was stopped by ${stop.condition}: ${stop.reason}${why}. Raise the limit, or tell it in its instructions when to stop.`,
    { cause, details: { agent, condition: stop.condition, reason: stop.reason, partial } },
  );
}
