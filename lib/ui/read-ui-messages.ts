import { type MessageContent, messageText, readContent } from '../content/index.js';
import { InputValidationError } from '../errors/index.js';
import type { ConversationUse } from '../scope/index.js';
import { readProperty, shortText } from '../text/index.js';
import { decisionsOf, type UIDecision } from './ui-decisions.js';

export interface ReadUIMessagesOptions {
  /** Id of the conversation, as the address or the session says: a body with another one is refused. @default the one of the body */
  readonly conversation?: string | undefined;
}

/** What a `useChat` client asks for. */
export interface UIRequest {
  readonly trigger: 'submit-message' | 'regenerate-message';
  /** What the user says; undefined where they have answered questions of the run that waits. */
  readonly input: MessageContent | undefined;
  /** For `ReviewService.decide()`, which checks each. */
  readonly decisions: readonly UIDecision[];
  /** For `agents.stream()`: with the ids that the client has given. */
  readonly conversation: ConversationUse;
  /** For `pipeUIMessageStream()`: what the client has already. */
  readonly after: string | undefined;
}

/** What a database column, and a client, take. */
const longestId = 255;

/**
 * Reads what a `useChat` client sends. Only what the user says now is taken from it, and their answers to open questions: what
 * was said before is what the conversation has, and results of tools are those on record.
 * @throws {InputValidationError} if it is not such a request, is one of another conversation, or says nothing new
 * @example
 * const { input, decisions, conversation, after } = readUIMessages(body, { conversation: chatId });
 */
export function readUIMessages(body: unknown, options: ReadUIMessagesOptions = {}): UIRequest {
  const id = conversationOf(body, options.conversation);
  const trigger = triggerOf(readProperty(body, 'trigger'));
  const messages = messagesOf(body);
  const messageId = readProperty(body, 'messageId');
  const isNamed = trigger === 'submit-message' && typeof messageId === 'string';
  const named = isNamed && messages.find((message) => readProperty(message, 'id') === messageId);
  const current = named || messages.at(-1);
  if (readProperty(current, 'role') === 'user') {
    const said = idOf(readProperty(current, 'id'), 'the id of the last message');
    const isReplacing = trigger === 'regenerate-message' || messageId === said;
    return {
      trigger,
      input: inputOf(current),
      decisions: [],
      conversation: { id, messageId: said, ...(isReplacing ? { replaces: said } : {}) },
      after: undefined,
    };
  }
  const decisions = trigger === 'submit-message' ? decisionsOf(current) : [];
  if (decisions.length === 0)
    throw refusal(
      'the last message is not one of the user, and it has no answer to a question that is open in it',
    );
  return { trigger, input: undefined, decisions, conversation: { id }, after: positionOf(current) };
}

function conversationOf(body: unknown, expected: string | undefined): string {
  const given = readProperty(body, 'id');
  if (expected === undefined) return idOf(given, "'id'");
  if (given === undefined || given === expected) return expected;
  throw refusal(`'id' is '${shortText(String(given), 60)}', and this is the conversation '${expected}'`);
}

function triggerOf(trigger: unknown): UIRequest['trigger'] {
  if (trigger === undefined || trigger === 'submit-message') return 'submit-message';
  if (trigger === 'regenerate-message') return trigger;
  throw refusal("'trigger' is neither 'submit-message' nor 'regenerate-message'");
}

function messagesOf(body: unknown): readonly unknown[] {
  const messages: unknown = readProperty(body, 'messages');
  if (Array.isArray(messages) && messages.length > 0) return messages;
  throw refusal("'messages' is not a list of messages");
}

function inputOf(message: unknown): MessageContent {
  const parts: unknown = readProperty(message, 'parts');
  if (!Array.isArray(parts)) throw refusal("the last message has no 'parts'");
  const content = readContent(
    parts.flatMap((part, index) => contentOf(part, index)),
    'user',
    'messages',
  );
  const isSaid = typeof content !== 'string' || content.trim() !== '';
  if (isSaid && (typeof content !== 'string' || messageText(content) !== '')) return content;
  throw refusal('the last message says nothing');
}

/** Nothing of parts that only clients know. A file is named by its address alone: what is kept here can't be named. */
function contentOf(part: unknown, index: number): readonly object[] {
  switch (readProperty(part, 'type')) {
    case 'text': {
      const text: unknown = readProperty(part, 'text');
      if (typeof text !== 'string') throw refusal(`the text of part ${index} is not a text`);
      return text === '' ? [] : [{ type: 'text', text }];
    }
    case 'file': {
      const [url, mediaType, name] = ['url', 'mediaType', 'filename'].map((field) =>
        readProperty(part, field),
      );
      const type = typeof mediaType === 'string' && mediaType.startsWith('image/') ? 'image' : 'file';
      return [{ type, url, mediaType, name }];
    }
    default:
      return [];
  }
}

/** Of the last event that the client has been told, as `pipeUIMessageStream` has left it with the message. */
function positionOf(message: unknown): string | undefined {
  const position = readProperty(readProperty(readProperty(message, 'metadata'), 'nestor'), 'position');
  return typeof position === 'string' && position !== '' ? position : undefined;
}

function idOf(given: unknown, what: string): string {
  if (typeof given === 'string' && given !== '' && given.length <= longestId) return given;
  throw refusal(`${what} is not a text of 1 to ${longestId} characters`);
}

function refusal(why: string): InputValidationError {
  return new InputValidationError(`This is not a request of a useChat client: ${why}.`);
}
