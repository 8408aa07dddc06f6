import { InputValidationError } from '../../errors/index.js';
import { readProperty, shortText } from '../../text/index.js';

/** A piece of text. */
export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

/** A piece of what a message says. */
export type MessagePart = TextPart;

/** What a message says: a text, or parts in their order. A text is the same as one part. */
export type MessageContent = string | readonly MessagePart[];

/** The parts of a content; none of an empty text. */
export function messageParts(content: MessageContent): readonly MessagePart[] {
  if (typeof content !== 'string') return content;
  return content === '' ? [] : [{ type: 'text', text: content }];
}

/** What a content says in words: its texts, one right after the other. */
export function messageText(content: MessageContent): string {
  return typeof content === 'string' ? content : content.map(({ text }) => text).join('');
}

/**
 * A content as code hands it in: texts that follow one another become one, so that what a guardrail reads in one piece is
 * what the model reads in one piece.
 * @param where names the message: `prompt[2]`
 * @throws {InputValidationError} if it is neither a text nor a list of parts
 */
export function readMessageContent(content: unknown, where: string): MessageContent {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content))
    throw new InputValidationError(
      `${where}.content has to be a text, or a list of parts like { type: 'text', text: '…' }.`,
    );
  return content.map((part, index) => readText(part, `${where}.content[${index}]`)).join('');
}

function readText(part: unknown, where: string): string {
  const type = readProperty(part, 'type');
  if (type !== 'text')
    throw new InputValidationError(
      `${where} is of the type '${shortText(String(type), 60)}': there are parts of the type 'text'.`,
    );
  const text = readProperty(part, 'text');
  if (typeof text === 'string') return text;
  throw new InputValidationError(`${where}.text has to be a text.`);
}
