import { usualTokens } from '../prices/estimate.js';
import type { Message } from '../provider/model-provider.js';

/**
 * From which message on a conversation is shown, so that it has at most so many tokens. An exchange, which begins with what a
 * user says, is shown as a whole or not at all; the last one always is.
 * @param tokens by `usualTokens`
 */
export function firstShown(messages: readonly Message[], tokens: number): number {
  if (usualTokens(messages) <= tokens) return 0;
  const starts = messages.flatMap(({ role }, index) =>
    role === 'user' && messages[index - 1]?.role !== 'user' ? [index] : [],
  );
  return starts.find((start) => usualTokens(messages.slice(start)) <= tokens) ?? starts.at(-1) ?? 0;
}

/** What holds a message. */
interface Holding {
  readonly message: Message;
}

/** What was said, with a result for every call, and a call for every result: vendors refuse anything else. */
export function wholeExchanges<T extends Holding>(said: readonly T[]): readonly T[] {
  const answered = new Set(
    said.flatMap(({ message }) => (message.role === 'tool' ? [message.toolCallId] : [])),
  );
  const called = new Set(
    said.flatMap(({ message }) =>
      message.role === 'assistant' ? (message.toolCalls ?? []).map(({ id }) => id) : [],
    ),
  );
  return said.flatMap((one): readonly T[] => {
    const { message } = one;
    if (message.role === 'tool') return called.has(message.toolCallId) ? [one] : [];
    if (message.role !== 'assistant' || !message.toolCalls) return [one];
    const { toolCalls, opaque: _, ...rest } = message;
    const kept = toolCalls.filter(({ id }) => answered.has(id));
    if (kept.length === toolCalls.length) return [one];
    // What only the model understands belongs to the calls that are gone as well.
    if (kept.length > 0) return [{ ...one, message: { ...rest, toolCalls: kept } }];
    return message.content === '' ? [] : [{ ...one, message: rest }];
  });
}
