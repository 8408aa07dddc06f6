import type { FilePart, ImagePart } from './media-part.js';

/** A piece of text. */
export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

/** What a model thought before it spoke, for people: no vendor is sent it. What goes back to the model is `opaque` of the message. */
export interface ReasoningPart {
  readonly type: 'reasoning';
  readonly text: string;
}

/** A piece of what a message says. `image` and `file` come from users and tools, `reasoning` from models. */
export type MessagePart = TextPart | ImagePart | FilePart | ReasoningPart;

/** What a message says: a text, or parts in their order. A text is the same as one part. */
export type MessageContent = string | readonly MessagePart[];

/** The parts of a content; none of an empty text. */
export function messageParts(content: MessageContent): readonly MessagePart[] {
  if (typeof content !== 'string') return content;
  return content === '' ? [] : [{ type: 'text', text: content }];
}

/** What a content says in words: its texts, one right after the other, without the reasoning. */
export function messageText(content: MessageContent): string {
  if (typeof content === 'string') return content;
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
