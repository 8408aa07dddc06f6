import { InputValidationError } from '../errors/index.js';
import { readProperty, shortText } from '../text/index.js';
import { readMedia } from './media-part.js';
import type { MessageContent, MessagePart } from './message-content.js';

/** Who says something. */
export type Role = 'system' | 'user' | 'assistant' | 'tool';

/** Who may say what. */
const speakers: Readonly<Record<MessagePart['type'], readonly Role[]>> = {
  text: ['system', 'user', 'assistant', 'tool'],
  image: ['user', 'tool'],
  file: ['user', 'tool'],
  reasoning: ['assistant'],
};

/**
 * A content as code hands it in. Texts that follow one another become one, so that what a guardrail reads in one piece is
 * what the model reads in one piece.
 * @param where names it: `prompt[2].content`
 * @throws {InputValidationError} if it is not a content, or one that this role may not have
 */
export function readContent(content: unknown, role: Role, where: string): MessageContent {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content))
    throw refusal(`${where} has to be a text, or a list of parts like { type: 'text', text: '…' }`);
  const parts = Array.from(content, (part: unknown, index) => readPart(part, role, `${where}[${index}]`));
  const joined = joinTexts(parts);
  const [only] = joined;
  if (joined.length > 1) return joined;
  return only === undefined ? '' : only.type === 'text' ? only.text : joined;
}

function readPart(part: unknown, role: Role, where: string): MessagePart {
  const type: unknown = readProperty(part, 'type');
  if (!isPartType(type))
    throw refusal(
      `${where} is of the type '${shortText(String(type), 60)}': there are parts of the types ${Object.keys(speakers).join(', ')}`,
    );
  if (!speakers[type].includes(role))
    throw refusal(
      `${where} is of the type '${type}', which only messages of the role ${speakers[type].join(' or ')} have; this one is of '${role}'`,
    );
  if (type === 'image' || type === 'file') return readMedia(part, type, where);
  const text = readProperty(part, 'text');
  if (typeof text === 'string') return { type, text };
  throw refusal(`${where}.text has to be a text`);
}

function joinTexts(parts: readonly MessagePart[]): MessagePart[] {
  const joined: MessagePart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.type === 'text' && last?.type === 'text')
      joined[joined.length - 1] = { type: 'text', text: last.text + part.text };
    else joined.push(part);
  }
  return joined;
}

/** Whether something is the role of a message. */
export function isRole(value: unknown): value is Role {
  return value === 'system' || value === 'user' || value === 'assistant' || value === 'tool';
}

function isPartType(value: unknown): value is MessagePart['type'] {
  return typeof value === 'string' && Object.hasOwn(speakers, value);
}

function refusal(what: string): InputValidationError {
  return new InputValidationError(`${what}.`);
}
