import type { Message } from '../content/index.js';
import type { JsonValue } from '../values/index.js';

/** A message that a call says in a conversation. */
export interface WrittenMessage {
  readonly id: string;
  readonly message: Message;
  /** The agent that has said it. */
  readonly agent?: string | undefined;
  /** The input of that agent, where the conversation was handed over to it. */
  readonly agentInput?: JsonValue | undefined;
}

/**
 * What a call says in a conversation, in the commit of its record; its hold on it ends with that. Where the conversation is no
 * longer there, nothing is written.
 */
export interface ConversationWrite {
  /** Its key. */
  readonly conversation: string;
  /** Names the call: what it says is written once. */
  readonly call: string;
  readonly messages: readonly WrittenMessage[];
}
