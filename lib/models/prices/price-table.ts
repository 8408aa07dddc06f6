import type { ModelPrice, TokenUsage } from '../provider/model-provider.js';

/** What models cost. Models are named with their provider: `openai/gpt-5-mini`. */
export abstract class PriceTable {
  /** The list price, or `undefined` where it is not known. */
  abstract price(model: string): ModelPrice | undefined;
  /**
   * US dollars, 0 or more. Never undefined: a model of unknown price costs the ceiling price. Where it throws, or gives
   * something else, the call is billed at its estimate, and the log says so.
   */
  abstract cost(model: string, usage: TokenUsage): number;
}

/** Claude Opus 4's list price of May 2025: above nearly every model that is in daily use. */
export const defaultCeiling: ModelPrice = Object.freeze({ inputPerMillion: 15, outputPerMillion: 75 });

/** US dollars of that many tokens at that price. */
export function costAt(price: ModelPrice, usage: TokenUsage): number {
  const { inputTokens, outputTokens } = usage;
  const cached = Math.min(usage.cachedInputTokens ?? 0, inputTokens);
  const written = Math.min(usage.cacheWriteInputTokens ?? 0, inputTokens - cached);
  const reasoning = Math.min(usage.reasoningTokens ?? 0, outputTokens);
  return (
    ((inputTokens - cached - written) * price.inputPerMillion +
      cached * (price.cachedInputPerMillion ?? price.inputPerMillion) +
      written * (price.cacheWriteInputPerMillion ?? price.inputPerMillion) +
      (outputTokens - reasoning) * price.outputPerMillion +
      reasoning * (price.reasoningPerMillion ?? price.outputPerMillion)) /
    1_000_000
  );
}

/** The same totals, of the dearest parts: what they can cost at the most. */
export function dearest(price: ModelPrice, { inputTokens, outputTokens }: TokenUsage): TokenUsage {
  const { inputPerMillion, cacheWriteInputPerMillion = inputPerMillion } = price;
  const { outputPerMillion, reasoningPerMillion = outputPerMillion } = price;
  return {
    inputTokens,
    outputTokens,
    ...(cacheWriteInputPerMillion > inputPerMillion ? { cacheWriteInputTokens: inputTokens } : {}),
    ...(reasoningPerMillion > outputPerMillion ? { reasoningTokens: outputTokens } : {}),
  };
}

const parts = [
  'inputPerMillion',
  'outputPerMillion',
  'cachedInputPerMillion',
  'cacheWriteInputPerMillion',
  'reasoningPerMillion',
] as const satisfies readonly (keyof ModelPrice)[];

/** What is wrong with a price that came from outside, each as one sentence. Empty if all is well. */
export function priceProblems(price: unknown, path: string): string[] {
  if (typeof price !== 'object' || price === null || Array.isArray(price))
    return [`${path} has to be an object: { inputPerMillion, outputPerMillion }, in US dollars`];
  const given: Readonly<Record<string, unknown>> = { ...price };
  return [
    ...Object.keys(given)
      .filter((name) => !parts.some((part) => part === name))
      .map((name) => `${path}.${name} is not a price: there are ${parts.join(', ')}`),
    ...parts
      .filter((part, index) => index < 2 || given[part] !== undefined)
      .filter((part) => !isPrice(given[part]))
      .map(
        (part) => `${path}.${part} is ${shown(given[part])}: it has to be a number of US dollars, 0 or more`,
      ),
  ];
}

function isPrice(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'number' || value === undefined ? String(value) : `a ${typeof value}`;
}
