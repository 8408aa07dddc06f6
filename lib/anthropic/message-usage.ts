import type { ReportedUsage } from '../models/index.js';
import { readProperty } from '../text/index.js';
import { readCount } from '../values/index.js';

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
