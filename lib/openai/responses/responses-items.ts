import type OpenAI from 'openai';
import { messageText } from '../../content/index.js';
import { cutText, isObject, type SendableMessage } from '../../models/index.js';

type InputItem = OpenAI.Responses.ResponseInputItem;
type Fields = Readonly<Record<string, unknown>>;
type Said = Extract<SendableMessage, { role: 'assistant' }>;

/**
 * What of an answer only OpenAI understands: its reasoning items as they came, and what its messages are for (`phase`), with
 * marks where its messages and calls stood between them. Empty where there is none.
 */
export function opaqueItems(items: readonly Fields[], textOf: (item: Fields) => string): unknown[] {
  if (!items.some(({ type, phase }) => type === 'reasoning' || typeof phase === 'string')) return [];
  return items.flatMap((item): unknown[] => {
    const { type, phase } = item;
    // What state it is in is for those who read it; the API refuses some of them when they come back.
    const { status: _, ...received } = item;
    if (type === 'reasoning') return [received];
    if (type === 'message')
      return [{ type, length: textOf(item).length, ...(typeof phase === 'string' ? { phase } : {}) }];
    return type === 'function_call' ? [{ type }] : [];
  });
}

/** What a model has said, as items that Responses takes back: in the order that it made, where that is known. */
export function outputItems(message: Said, parts: readonly Fields[]): InputItem[] {
  const text = messageText(message.content);
  const calls = message.calls.map(({ id, name, raw }): InputItem => {
    return { type: 'function_call', call_id: id, name, arguments: raw };
  });
  if (parts.length === 0) return [...messageItems(text), ...calls];
  const texts = cutText(text, parts, 'message');
  const items = parts.flatMap((part): InputItem[] => {
    if (part['type'] === 'message') return messageItems(texts.shift() ?? '', part['phase']);
    if (part['type'] === 'function_call') return calls.splice(0, 1);
    // As the API sent it, and unchanged: its hash was compared.
    return isObject(part) ? [part as unknown as InputItem] : [];
  });
  return [...items, ...texts.flatMap((rest) => messageItems(rest)), ...calls];
}

function messageItems(text: string, phase?: unknown): InputItem[] {
  const known = phase === 'commentary' || phase === 'final_answer' ? { phase } : {};
  return text === '' ? [] : [{ role: 'assistant', content: text, ...known } as InputItem];
}
