import type { JsonValue } from '../values/index.js';
import type { MessageContent } from './message-content.js';

/** One turn of a conversation. */
export type Message =
  | { readonly role: 'system' | 'user'; readonly content: MessageContent }
  | {
      readonly role: 'assistant';
      readonly content: MessageContent;
      readonly toolCalls?: readonly ModelToolCall[];
      /** Reasoning that only the model which gave it understands, and wants back. */
      readonly opaque?: OpaqueContent;
    }
  | {
      readonly role: 'tool';
      readonly toolCallId: string;
      readonly name: string;
      readonly content: MessageContent;
      readonly isError?: boolean;
    };

/** A tool call that a model asks for. `arguments` is undefined where the model did not write valid JSON; `raw` is what it wrote. */
export interface ModelToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments?: JsonValue;
  readonly raw: string;
}

/**
 * Parts of an answer that only the model that gave them understands: signed or encrypted reasoning. Plain JSON, journaled
 * with the message, and sent back with it to that model alone.
 */
export interface OpaqueContent {
  /** Name of the provider: `anthropic`. */
  readonly vendor: string;
  /** Without the provider: `claude-haiku-4-5`. */
  readonly model: string;
  readonly parts: readonly JsonValue[];
  /** Hexadecimal SHA-256 of the parts' canonical JSON. Vendors refuse parts that were changed, so those are not sent back. */
  readonly hash: string;
}
