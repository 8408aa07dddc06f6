import type { Message } from '../models/index.js';
import type { Usage } from '../values/index.js';

/** Why an agent has ended: `answered`, or the condition that stopped it. */
export interface AgentStop {
  readonly condition: string;
  readonly reason: string;
  readonly kind: 'goal' | 'limit';
}

export interface AgentResult<Output = string> {
  readonly output: Output;
  /** What it said last. */
  readonly text: string;
  /** Who answered. */
  readonly agent: string;
  readonly stop: AgentStop;
  readonly turns: number;
  /** How many times the conversation was handed over. */
  readonly handoffs: number;
  /** How many tool calls were made, also those that failed. */
  readonly toolCalls: number;
  /** Of all its turns, and of what its tools have used. */
  readonly usage: Usage;
  /** US dollars: `usage.usd`. */
  readonly cost: number;
  /** All that was said, without the instructions. Not part of what a step puts on record. */
  readonly messages: readonly Message[];
}

/** What the record of an agent's call holds. */
export type RecordedAgentResult = Omit<AgentResult<unknown>, 'usage' | 'cost' | 'messages'>;
