import { any, maxHandoffs, maxTurns, repeatedCall, type StopCondition } from '../../models/index.js';
import type { RegisteredAgent } from '../registered-agent.js';

/** How often a conversation is handed over at the most. */
const defaultMaxHandoffs = 6;

/** When a loop stops of which the agent is a part. */
export function conditionsOf({ options }: RegisteredAgent): readonly StopCondition[] {
  return [
    options.stopWhen ?? any(maxTurns(12), repeatedCall(4)),
    maxHandoffs(options.maxHandoffs ?? defaultMaxHandoffs),
  ];
}
