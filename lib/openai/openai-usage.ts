import type { ReportedUsage } from '../models/index.js';
import { readProperty } from '../text/index.js';
import { readCount } from '../values/index.js';

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

/** What Responses tells of it: the same counts by other names. Source: `ResponseUsage` in OpenAI's API reference. */
export function responsesUsage(usage: unknown): ReportedUsage {
  const of = (name: string): number | undefined => readCount(readProperty(usage, name));
  const part = (details: string, name: string): number | undefined =>
    readCount(readProperty(readProperty(usage, details), name)) || undefined;
  return {
    inputTokens: of('input_tokens'),
    outputTokens: of('output_tokens'),
    cachedInputTokens: part('input_tokens_details', 'cached_tokens'),
    cacheWriteInputTokens: part('input_tokens_details', 'cache_write_tokens'),
    reasoningTokens: part('output_tokens_details', 'reasoning_tokens'),
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
