import type Anthropic from '@anthropic-ai/sdk';
import { messageText } from '../content/index.js';
import { fieldsOf, cutText, opaqueParts, type SendableMessage } from '../models/index.js';
import { contentBlocks } from './content-blocks.js';

type Block = Anthropic.ContentBlockParam;
type Turn = { role: 'user' | 'assistant'; content: Block[] };
type Said = Extract<SendableMessage, { role: 'assistant' }>;

/** The API wants a user to begin. */
const beginning: Turn = { role: 'user', content: [{ type: 'text', text: '(The conversation continues.)' }] };

/** Roles have to alternate, and the results of all tool calls of a turn belong into one message. */
export function messageTurns(
  messages: readonly SendableMessage[],
  vendor: string,
  model: string,
): Anthropic.MessageParam[] {
  const turns: Turn[] = [];
  for (const message of messages) {
    const blocks = blocksOf(message, vendor, model);
    if (blocks.length === 0) continue;
    const role = message.role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else turns.push({ role, content: blocks });
  }
  trimEnd(turns.at(-1));
  return turns[0]?.role === 'user' ? turns : [beginning, ...turns];
}

function blocksOf(message: SendableMessage, vendor: string, model: string): Block[] {
  switch (message.role) {
    case 'system':
      return [];
    case 'user':
      return contentBlocks(message.content, `${vendor}/${model}`);
    case 'tool':
      return [
        {
          type: 'tool_result',
          tool_use_id: message.toolCallId,
          content: toolContent(message, `${vendor}/${model}`),
          ...(message.isError ? { is_error: true } : {}),
        },
      ];
    case 'assistant': {
      const parts = opaqueParts(message.opaque, vendor, model);
      return parts.length > 0
        ? inOrder(message, parts.map(fieldsOf))
        : [...contentBlocks(message.content, `${vendor}/${model}`), ...callBlocks(message)];
    }
  }
}

/** A text where there is nothing else. */
function toolContent(
  { content, isError }: Extract<SendableMessage, { role: 'tool' }>,
  model: string,
): NonNullable<Anthropic.ToolResultBlockParam['content']> {
  if (content.some(({ type }) => type !== 'text')) return contentBlocks(content, model);
  const text = messageText(content);
  // The content of an error must not be empty.
  return isError && text.trim() === '' ? 'Error' : text;
}

/** Thinking where the model had it: the other blocks stand where the marks between say. */
function inOrder(message: Said, parts: readonly Readonly<Record<string, unknown>>[]): Block[] {
  const texts = cutText(messageText(message.content), parts, 'text');
  const calls = callBlocks(message);
  const blocks = parts.flatMap((part): Block[] => {
    if (part['type'] === 'text') return textBlocks(texts.shift() ?? '');
    if (part['type'] === 'tool_use') return calls.splice(0, 1);
    // As the API sent it, and unchanged: its hash was compared.
    return [part as unknown as Block];
  });
  return [...blocks, ...texts.flatMap(textBlocks), ...calls];
}

function callBlocks({ calls }: Said): Block[] {
  return calls.map(({ id, name, arguments: input }) => ({ type: 'tool_use', id, name, input }));
}

function textBlocks(text: string): Block[] {
  return contentBlocks([{ type: 'text', text }], '');
}

/** A conversation that ends with words of the assistant must not end with white space. */
function trimEnd(turn: Turn | undefined): void {
  const last = turn?.content.at(-1);
  if (turn?.role === 'assistant' && last?.type === 'text') last.text = last.text.trimEnd();
}
