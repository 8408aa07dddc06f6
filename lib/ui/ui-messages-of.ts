import { type Message, type MessageContent, messageParts, messageText } from '../content/index.js';
import type { ResumedAgent } from '../agents/index.js';
import type { ConversationMessage } from '../conversations/index.js';
import { readProperty } from '../text/index.js';
import type { JsonValue } from '../values/index.js';

/** A message of the AI SDK, with the parts that are used here. */
export interface UIMessage {
  readonly id: string;
  readonly role: 'user' | 'assistant';
  readonly parts: UIMessagePart[];
}

export type UIMessagePart =
  | { readonly type: 'step-start' }
  | { readonly type: 'text' | 'reasoning'; readonly text: string; readonly state: 'done' }
  | { readonly type: 'data-handoff'; readonly data: { readonly from: string; readonly to: string } }
  | { readonly type: 'file'; readonly url: string; readonly mediaType: string; readonly filename?: string }
  | {
      readonly type: `tool-${string}`;
      readonly toolCallId: string;
      readonly input: JsonValue;
      readonly state: 'output-available';
      readonly output: JsonValue;
    }
  | {
      readonly type: `tool-${string}`;
      readonly toolCallId: string;
      readonly input: JsonValue;
      readonly state: 'output-error';
      readonly errorText: string;
    };

export interface UIMessagesOptions {
  /** Address of a picture or file that is kept with the conversation. @default such parts are left out */
  readonly mediaUrl?: ((blob: string) => string) | undefined;
  /** The run that answers just now, of `agents.resume()`: what the user has said to it comes last. @default none */
  readonly active?: ResumedAgent | undefined;
}

type Said = Pick<ConversationMessage, 'id' | 'message'> & Partial<ConversationMessage>;

/**
 * What a conversation has, as the messages with which a `useChat` client begins. What one run has said is one message, with the id
 * that its stream has given it.
 * @example
 * const { items } = await this.conversations.messages(chat);
 * return uiMessagesOf(items, { active: await this.agents.resume(chat) });
 */
export function uiMessagesOf(
  messages: readonly ConversationMessage[],
  { mediaUrl, active }: UIMessagesOptions = {},
): UIMessage[] {
  const kept = new Set(messages.map(({ id }) => id));
  const said: readonly Said[] = (active?.said ?? []).filter(({ id }) => !kept.has(id));

  const shown: UIMessage[] = [];
  const ids = new Set<string>();
  let speaker: string | undefined;
  for (const { id, message, agent, runId = id } of [...messages, ...said]) {
    if (message.role === 'assistant' || message.role === 'tool') {
      const last = shown.at(-1);
      const own = last?.role === 'assistant' ? last : undefined;
      const answer = own ?? { id: ids.has(runId) ? id : runId, role: 'assistant', parts: [] };
      ids.add(answer.id);
      if (!own) shown.push(answer);
      if (own && speaker !== undefined && agent !== undefined && agent !== speaker)
        handOver(answer.parts, speaker, agent);
      if (message.role === 'assistant') speaker = agent;
      answer.parts.push(...saidBy(message, answer.parts, mediaUrl));
    } else if (message.role === 'user')
      shown.push({ id, role: 'user', parts: partsOf(message.content, mediaUrl) });
  }
  return shown;
}

/** The call by which one agent has handed over to another is shown as what it is. */
function handOver(parts: UIMessagePart[], from: string, to: string): void {
  const called = parts.findLastIndex(({ type }) => type.startsWith('tool-transfer_to_'));
  if (called >= 0) parts[called] = { type: 'data-handoff', data: { from, to } };
}

/** What an answer, or the result of a tool, adds to the parts before. */
function saidBy(
  message: Exclude<Message, { role: 'system' | 'user' }>,
  before: UIMessagePart[],
  mediaUrl: UIMessagesOptions['mediaUrl'],
): UIMessagePart[] {
  if (message.role === 'assistant')
    return [
      { type: 'step-start' },
      ...partsOf(message.content, mediaUrl),
      ...(message.toolCalls ?? []).map(({ id, name, arguments: input = null }) => ({
        type: `tool-${name}` as const,
        toolCallId: id,
        input,
        state: 'output-error' as const,
        errorText: 'There is no result.',
      })),
    ];
  const called = before.findLastIndex((part) => readProperty(part, 'toolCallId') === message.toolCallId);
  const part = before[called];
  if (part && 'toolCallId' in part) before[called] = withResult(part, message);
  return [];
}

function withResult(
  { type, toolCallId, input }: Extract<UIMessagePart, { type: `tool-${string}` }>,
  { content, isError }: Extract<Message, { role: 'tool' }>,
): UIMessagePart {
  const text = messageText(content);
  // Models are told that it is one.
  const errorText = text.replace(/^Error: /, '');
  if (isError) return { type, toolCallId, input, state: 'output-error', errorText };
  return { type, toolCallId, input, state: 'output-available', output: valueOf(text) };
}

/** What a tool has given, where that was not a text. */
function valueOf(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

function partsOf(content: MessageContent, mediaUrl: UIMessagesOptions['mediaUrl']): UIMessagePart[] {
  return messageParts(content).flatMap((part): readonly UIMessagePart[] => {
    if (part.type === 'text' || part.type === 'reasoning')
      return [{ type: part.type, text: part.text, state: 'done' }];
    const { mediaType = 'image/png' } = part;
    const url = urlOf(part, mediaType, mediaUrl);
    if (url === undefined) return [];
    const filename = part.type === 'file' ? part.name : undefined;
    return [{ type: 'file', url, mediaType, ...(filename === undefined ? {} : { filename }) }];
  });
}

function urlOf(part: object, mediaType: string, mediaUrl: UIMessagesOptions['mediaUrl']): string | undefined {
  const [url, data, blob] = ['url', 'data', 'blob'].map((field): unknown => readProperty(part, field));
  if (typeof url === 'string') return url;
  if (typeof data === 'string') return `data:${mediaType};base64,${data}`;
  return typeof blob === 'string' ? mediaUrl?.(blob) : undefined;
}
