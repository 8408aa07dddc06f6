import { AgentStoppedError, errorMessage } from '../../errors/index.js';
import type { LoopStop } from '../../models/index.js';

/** What else has come in the way of an agent at its limit. */
export interface StoppedBesides {
  /** `its last answer failed` */
  readonly what: string;
  readonly cause: unknown;
}

/**
 * An agent came to a limit and has not answered.
 * @param partial what it said last
 */
export function stoppedError(
  agent: string,
  stop: LoopStop,
  partial: string,
  besides?: StoppedBesides,
): AgentStoppedError {
  const why = besides ? `, and ${besides.what}: ${errorMessage(besides.cause)}` : '';
  return new AgentStoppedError(
    `The agent ${agent} was stopped by ${stop.condition}: ${stop.reason}${why}. Raise the limit, or tell it in its instructions when to stop.`,
    { cause: besides?.cause, details: { agent, condition: stop.condition, reason: stop.reason, partial } },
  );
}
