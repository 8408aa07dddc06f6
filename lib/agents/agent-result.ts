import type { AgentRunHandle } from './agent-run-handle.js';
import type { AgentEventStream } from './events/agent-event-stream.js';
import type { AgentStop } from './agent-stop.js';
import {
  type Citation,
  citationsIn,
  type CitedMark,
  type GivenContext,
  type Message,
} from '../models/index.js';
import type { CallRecords } from '../scope/index.js';
import { noUsage, type Usage } from '../values/index.js';

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
  /** The passages of the `context` of the call that `text` cites, by its marks, in order. */
  readonly citations: readonly Citation[];
  /** Marks of `text` that stand for no passage of it. */
  readonly unknownMarks: readonly CitedMark[];
  /** All that was said, without the instructions. Not part of what a step puts on record. */
  readonly messages: readonly Message[];
}

/** A run in which agents work, to follow and to tell. */
export interface FollowedAgent {
  /** Its run. */
  readonly handle: AgentRunHandle;
  /** All that its agents do and say, from the beginning. */
  readonly events: AgentEventStream;
}

/** What a user has said to a run that has not answered yet: its conversation has it with the answer. */
export interface PendingMessage {
  readonly id: string;
  readonly message: Message;
}

/** A run that answers in a conversation, found again. */
export interface ResumedAgent extends FollowedAgent {
  /** What the user has said to it; nothing where a step of a workflow has called the agent. */
  readonly said: readonly PendingMessage[];
}

/** A run of an agent, told while it goes on. */
export interface StreamedAgent<Output = string> extends FollowedAgent {
  /** Waits through reviews. Rejects with what the run has failed with. */
  readonly result: Promise<AgentResult<Output>>;
}

/** What the record of an agent's call holds. */
export type RecordedAgentResult = Omit<
  AgentResult<unknown>,
  'usage' | 'cost' | 'messages' | 'citations' | 'unknownMarks'
>;

/** The result with what its record leaves out. */
export function wholeResult(
  recorded: RecordedAgentResult,
  records: CallRecords | undefined,
  messages: () => readonly Message[],
  context?: GivenContext,
): AgentResult<unknown> {
  const usage = records?.usage() ?? noUsage;
  const cited = citationsIn(recorded.text, context);
  const result = { ...recorded, ...cited, usage, cost: usage.usd };
  // Not enumerable, so that a step that gives the result back does not put the conversation on record once more.
  return Object.defineProperty(result, 'messages', { get: messages }) as AgentResult<unknown>;
}
