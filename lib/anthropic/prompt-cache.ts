import type Anthropic from '@anthropic-ai/sdk';

type Params = Anthropic.MessageCreateParamsNonStreaming;
type Cacheable = { cache_control?: Anthropic.CacheControlEphemeral | null };

const mark = { cache_control: { type: 'ephemeral' } } as const satisfies Cacheable;

/**
 * The same request with marks up to which the vendor keeps it: behind the tools, the system text, and the last message.
 * The next turn of a loop then finds all that came before. Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching
 */
export function withCacheMarks(params: Params): Params {
  const { tools, system, messages } = params;
  return {
    ...params,
    ...(tools ? { tools: markedLast(tools) } : {}),
    ...(typeof system === 'string' ? { system: [{ type: 'text', text: system, ...mark }] } : {}),
    messages: messages.map((message, index) =>
      index === messages.length - 1 && message.role !== 'system' && Array.isArray(message.content)
        ? { ...message, content: markedContent(message.content) }
        : message,
    ),
  };
}

/** Thoughts can't be marked. */
function markedContent(blocks: readonly Anthropic.ContentBlockParam[]): Anthropic.ContentBlockParam[] {
  const last = blocks.at(-1);
  return last?.type === 'thinking' || last?.type === 'redacted_thinking' ? [...blocks] : markedLast(blocks);
}

function markedLast<T extends object>(list: readonly T[]): T[] {
  return list.map((each, index) => (index === list.length - 1 ? { ...each, ...mark } : each));
}
