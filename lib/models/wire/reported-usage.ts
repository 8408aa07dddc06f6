import { readProperty } from '../../text/index.js';
import { readCount } from '../../values/index.js';
import type { ReportedUsage } from '../model-provider.js';

/**
 * What Chat Completions tells of a request's usage. `prompt_tokens` contains what was read from the cache and written to
 * it, `completion_tokens` the reasoning; servers that leave the reasoning out of `completion_tokens` have it in `total_tokens`.
 * Whatever can't be read is left out. Source: `CompletionUsage` in OpenAI's API reference.
 */
export function chatUsage(usage: unknown): ReportedUsage {
  const of = (name: string): number | undefined => readCount(readProperty(usage, name));
  const part = (details: string, name: string): number | undefined =>
    readCount(readProperty(readProperty(usage, details), name));
  const prompt = of('prompt_tokens');
  const completion = of('completion_tokens');
  return {
    inputTokens: prompt,
    outputTokens:
      completion === undefined ? undefined : Math.max(completion, rest(of('total_tokens'), prompt)),
    cachedInputTokens: part('prompt_tokens_details', 'cached_tokens'),
    cacheWriteInputTokens: part('prompt_tokens_details', 'cache_write_tokens'),
    reasoningTokens: part('completion_tokens_details', 'reasoning_tokens'),
  };
}

/** What Embeddings tells of it. */
export function embeddingUsage(usage: unknown): ReportedUsage {
  return { inputTokens: readCount(readProperty(usage, 'prompt_tokens')), outputTokens: 0 };
}

/** Of the total, where both are known. */
function rest(total: number | undefined, prompt: number | undefined): number {
  return total === undefined || prompt === undefined ? 0 : total - prompt;
}

/**
 * What Messages tells of a request's usage. `input_tokens` is without what was read from the cache and written to it,
 * which here, as with other vendors, is part of the whole; `output_tokens` contains the thinking. Whatever can't be read
 * is left out, and so is a whole of which a part can't be. Source: `Usage` in Anthropic's API reference.
 */
export function messageUsage(usage: unknown): ReportedUsage {
  const of = (name: string): number | undefined => readCount(readProperty(usage, name));
  const cached = partOf(usage, 'cache_read_input_tokens');
  const written = partOf(usage, 'cache_creation_input_tokens');
  const uncached = of('input_tokens');
  const isKnown = uncached !== undefined && cached !== undefined && written !== undefined;
  return {
    inputTokens: isKnown ? uncached + cached + written : undefined,
    outputTokens: of('output_tokens'),
    // What was not cached needs no mention.
    cachedInputTokens: cached || undefined,
    cacheWriteInputTokens: written || undefined,
    reasoningTokens: readCount(readProperty(readProperty(usage, 'output_tokens_details'), 'thinking_tokens')),
  };
}

/** Null or absent where there was no caching. */
function partOf(usage: unknown, name: string): number | undefined {
  return readCount(readProperty(usage, name) ?? 0);
}
