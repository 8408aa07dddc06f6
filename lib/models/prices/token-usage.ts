import { readProperty } from '../../text/index.js';
import { readCount } from '../../values/index.js';
import type { TokenUsage } from '../provider/model-provider.js';

/**
 * What a request has used, read from what its provider reports: the one place where counts come in, whatever wrote the
 * provider. A total that is unknown counts at the estimate; an unknown part as 0, at the price of the rest. Never throws.
 * @param most asked only where a total is unknown
 */
export function readTokenUsage(reported: unknown, most: () => TokenUsage): TokenUsage {
  const read = (count: keyof TokenUsage): number | undefined => readCount(readProperty(reported, count));
  const cached = read('cachedInputTokens') ?? 0;
  const written = read('cacheWriteInputTokens') ?? 0;
  const reasoning = read('reasoningTokens') ?? 0;
  // A vendor that counts parts apart from the whole tells of more parts than whole.
  const inputTokens = atLeast(read('inputTokens') ?? most().inputTokens, cached + written);
  const outputTokens = atLeast(read('outputTokens') ?? most().outputTokens, reasoning);
  return {
    inputTokens,
    outputTokens,
    ...(cached > 0 ? { cachedInputTokens: Math.min(cached, inputTokens) } : {}),
    ...(written > 0 ? { cacheWriteInputTokens: Math.min(written, inputTokens - cached) } : {}),
    ...(reasoning > 0 ? { reasoningTokens: reasoning } : {}),
  };
}

export const noTokens: TokenUsage = Object.freeze({ inputTokens: 0, outputTokens: 0 });

/** Both together. */
export function addTokens(a: TokenUsage, b: TokenUsage): TokenUsage {
  const sum = (count: keyof TokenUsage): number => (a[count] ?? 0) + (b[count] ?? 0);
  return readTokenUsage(
    {
      inputTokens: sum('inputTokens'),
      outputTokens: sum('outputTokens'),
      cachedInputTokens: sum('cachedInputTokens'),
      cacheWriteInputTokens: sum('cacheWriteInputTokens'),
      reasoningTokens: sum('reasoningTokens'),
    },
    () => noTokens,
  );
}

function atLeast(total: number, parts: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(total, parts));
}
