import type { ModelPrice, TokenUsage } from './model-provider.js';

/** What models cost. Models are named with their provider: `openai/gpt-5-mini`. */
export abstract class PriceTable {
  /** The list price, or `undefined` where it is not known. */
  abstract price(model: string): ModelPrice | undefined;
  /** US dollars. Never undefined: a model of unknown price costs the ceiling price. */
  abstract cost(model: string, usage: TokenUsage): number;
}

/** US dollars of that many tokens at that price. */
export function costAt(price: ModelPrice, usage: TokenUsage): number {
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const input = (usage.inputTokens - cached) * price.inputPerMillion;
  const fromCache = cached * (price.cachedInputPerMillion ?? price.inputPerMillion);
  return (input + fromCache + usage.outputTokens * price.outputPerMillion) / 1_000_000;
}
