import { vendorName } from '../../text/index.js';
import { type JsonValue, sha256, storableText } from '../../values/index.js';
import {
  type SendableMedia,
  messageParts,
  messageText,
  type MessageContent,
  type TextPart,
} from '../../content/index.js';
import type { Message, ModelToolCall } from '../provider/model-provider.js';
import { isObject } from './json-reader.js';

/** A call as every vendor takes it back. */
export interface SendableCall {
  /** Letters, digits, `_` and `-`, at most 40, and different from all others of the conversation. */
  readonly id: string;
  /** Letters, digits, `_` and `-`, at most 64. */
  readonly name: string;
  readonly arguments: Readonly<Record<string, JsonValue>>;
  /** The text of an object. */
  readonly raw: string;
}

/** What of a content goes to a vendor: all but the reasoning. */
export type SendablePart = TextPart | SendableMedia;

/** A message whose content is parts, none of them an empty text. */
export type SendableMessage = { readonly content: readonly SendablePart[] } & (
  | Omit<Extract<Message, { role: 'system' | 'user' }>, 'content'>
  | Omit<Extract<Message, { role: 'tool' }>, 'content'>
  | (Omit<Extract<Message, { role: 'assistant' }>, 'toolCalls' | 'content'> & {
      readonly calls: readonly SendableCall[];
    })
);

/**
 * OpenAI: "Expected a string with maximum length 40" (error 400 of Chat Completions); Anthropic: "String should match pattern
 * '^[a-zA-Z0-9_-]+$'".
 */
const longestId = 40;

/**
 * A conversation in a form that every vendor accepts, whichever vendor's model has spoken in it: ids, names and arguments of
 * earlier calls are made to fit, behind each call stands its one result, and messages that say nothing are left out.
 */
export function sendableMessages(messages: readonly Message[]): SendableMessage[] {
  const conversation = new Conversation(messages);
  return messages.flatMap((message, index) => conversation.sendable(message, index));
}

class Conversation {
  private readonly ids = new Set<string>();
  /** Results that follow their call already. */
  private readonly placed = new Set<number>();

  constructor(private readonly messages: readonly Message[]) {}

  sendable(message: Message, index: number): SendableMessage[] {
    const content = sendableContent(message.content);
    switch (message.role) {
      case 'system':
      case 'user':
        return [{ ...message, content }];
      case 'tool':
        if (this.placed.has(index)) return [];
        // Vendors refuse a result without a call.
        return [{ role: 'user', content: [textPart(`Result of the tool '${message.name}': `), ...content] }];
      case 'assistant': {
        const { toolCalls = [], ...rest } = message;
        if (toolCalls.length === 0 && messageText(content).trim() === '') return [];
        const calls = toolCalls.map((call) => ({ ...sendableCall(call), id: this.idFor(call.id) }));
        const results = toolCalls.map((call, number) => this.resultOf(call, calls[number]?.id ?? '', index));
        return [{ ...rest, content, calls }, ...results];
      }
    }
  }

  /** Vendors refuse a call without a result. */
  private resultOf({ id, name }: ModelToolCall, sentId: string, from: number): SendableMessage {
    const found = this.indexOfResult(id, from);
    const result = this.messages[found];
    if (result?.role !== 'tool') {
      const content = [textPart('Error: This call was not performed.')];
      return { role: 'tool', toolCallId: sentId, name, content, isError: true };
    }
    this.placed.add(found);
    return { ...result, toolCallId: sentId, content: sendableContent(result.content) };
  }

  /** Some models use the same ids in each answer: a result behind a later call of that id is the later call's. */
  private indexOfResult(id: string, from: number): number {
    for (let index = from + 1; index < this.messages.length; index++) {
      const message = this.messages[index];
      if (message?.role === 'assistant' && message.toolCalls?.some((call) => call.id === id)) return -1;
      if (message?.role === 'tool' && message.toolCallId === id && !this.placed.has(index)) return index;
    }
    return -1;
  }

  private idFor(given: string): string {
    const plain = given.replaceAll(/[^\w-]/g, '_') || 'call';
    const base = plain.length <= longestId ? plain : `${plain.slice(0, 23)}_${sha256(given).slice(0, 16)}`;
    let id = base;
    for (let number = 2; this.ids.has(id); number++) {
      const suffix = `_${number}`;
      id = base.slice(0, longestId - suffix.length) + suffix;
    }
    this.ids.add(id);
    return id;
  }
}

function sendableContent(content: MessageContent): readonly SendablePart[] {
  return messageParts(content).flatMap((part): SendablePart[] => {
    if (part.type === 'reasoning') return [];
    if (part.type === 'text') return [textPart(storableText(part.text).text)];
    return ['blob' in part ? textPart(`(${part.type} that is not at hand)`) : part];
  });
}

function textPart(text: string): TextPart {
  return { type: 'text', text };
}

function sendableCall({ name, arguments: args, raw }: ModelToolCall): Omit<SendableCall, 'id'> {
  const object = isObject(args) ? args : {};
  return {
    name: vendorName(name) || 'unknown',
    // Arguments are JSON.
    arguments: object as Readonly<Record<string, JsonValue>>,
    raw: isObject(args) && isObjectText(raw) ? raw : JSON.stringify(object),
  };
}

/** What the model wrote goes back as it wrote it; unless it is not an object, which the servers' chat templates can't read. */
function isObjectText(raw: string): boolean {
  try {
    return isObject(JSON.parse(raw));
  } catch {
    return false;
  }
}
