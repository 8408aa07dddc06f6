import { calcPrice } from '@pydantic/genai-prices';
import { logSafely } from '../errors/index.js';
import type { ModelPrice, ModelProvider, TokenUsage } from './model-provider.js';
import type { PricesOptions } from './models-options.js';
import { costAt, PriceTable } from './price-table.js';

/** Claude Opus 4's list price of May 2025: above nearly every model that is in daily use. */
const defaultCeiling: ModelPrice = { inputPerMillion: 15, outputPerMillion: 75 };

/**
 * The host's prices, else the provider's own, else the list of `@pydantic/genai-prices`
 * (bundled with the package, so it is as new as that), else the ceiling price.
 */
export class DefaultPriceTable extends PriceTable {
  private readonly warned = new Set<string>();
  private readonly ceiling: ModelPrice;

  constructor(
    private readonly options: Exclude<PricesOptions, PriceTable> = {},
    private readonly providers: readonly ModelProvider[] = [],
  ) {
    super();
    this.ceiling = options.ceiling ?? defaultCeiling;
  }

  price(model: string): ModelPrice | undefined {
    return this.ownPrice(model) ?? listPrice(model);
  }

  cost(model: string, usage: TokenUsage): number {
    const own = this.ownPrice(model);
    if (own) return costAt(own, usage);
    return listCost(model, usage) ?? costAt(this.atCeiling(model), usage);
  }

  private ownPrice(model: string): ModelPrice | undefined {
    const { provider, id } = split(model);
    const { models = {} } = this.options;
    return (
      models[model] ??
      models[`${provider}/*`] ??
      this.providers.find(({ name }) => name === provider)?.price?.(id)
    );
  }

  private atCeiling(model: string): ModelPrice {
    if (!this.warned.has(model)) {
      this.warned.add(model);
      logSafely(
        'warn',
        `No price is known for '${model}': it is billed at the ceiling price of $${this.ceiling.inputPerMillion} input and ` +
          `$${this.ceiling.outputPerMillion} output for a million tokens. Give its price in 'prices.models' of the module options.`,
      );
    }
    return this.ceiling;
  }
}

/** The list takes the whole of the usage, since some prices rise with the length of the prompt. */
function listCost(model: string, usage: TokenUsage): number | undefined {
  const { provider, id } = split(model);
  const found = calcPrice(
    {
      input_tokens: usage.inputTokens,
      output_tokens: usage.outputTokens,
      cache_read_tokens: Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens),
    },
    id,
    { providerId: provider },
  );
  return found?.total_price;
}

/** Asked for a thousand tokens, which no list price treats as a long prompt. */
function listPrice(model: string): ModelPrice | undefined {
  const thousand = (usage: TokenUsage): number | undefined => listCost(model, usage);
  const input = thousand({ inputTokens: 1000, outputTokens: 0 });
  const output = thousand({ inputTokens: 0, outputTokens: 1000 });
  const cached = thousand({ inputTokens: 1000, outputTokens: 0, cachedInputTokens: 1000 });
  if (input === undefined || output === undefined || cached === undefined) return undefined;
  return {
    inputPerMillion: input * 1000,
    outputPerMillion: output * 1000,
    cachedInputPerMillion: cached * 1000,
  };
}

function split(model: string): { provider: string; id: string } {
  const slash = model.indexOf('/');
  return slash < 0
    ? { provider: '', id: model }
    : { provider: model.slice(0, slash), id: model.slice(slash + 1) };
}
