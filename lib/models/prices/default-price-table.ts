import { calcPrice } from '@pydantic/genai-prices';
import { logSafely, synchronous, toErrorData } from '../../errors/index.js';
import type { ModelPrice, ModelProvider, TokenUsage } from '../provider/model-provider.js';
import type { PricesOptions } from '../models-options.js';
import { costAt, defaultCeiling, PriceTable, priceProblems } from './price-table.js';

/**
 * The host's prices, else the provider's own, else the list of `@pydantic/genai-prices`
 * (bundled with the package, so it is as new as that), else the ceiling price.
 */
export class DefaultPriceTable extends PriceTable {
  private readonly warned = new Set<string>();
  private readonly faulty = new Set<string>();
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
    return models[model] ?? models[`${provider}/*`] ?? this.providersPrice(model, provider, id);
  }

  /** What the provider says may be wrong, or no price at all: then it has not said anything. */
  private providersPrice(model: string, provider: string, id: string): ModelPrice | undefined {
    try {
      const found = this.providers.find(({ name }) => name === provider);
      const price: unknown = synchronous(found?.price?.(id), '`price` of the provider');
      if (price === undefined || price === null) return undefined;
      const problems = priceProblems(price, 'it');
      // Checked right here.
      if (problems.length === 0) return price as ModelPrice;
      this.complain(model, problems.join('; '));
    } catch (error) {
      this.complain(model, toErrorData(error).message);
    }
    return undefined;
  }

  private complain(model: string, why: string): void {
    if (this.faulty.has(model)) return;
    this.faulty.add(model);
    logSafely(
      'error',
      `The provider of '${model}' gave no usable price (${why}): the price list is asked instead. Mend its \`price\`.`,
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
  const { inputTokens, outputTokens } = usage;
  const cached = Math.min(usage.cachedInputTokens ?? 0, inputTokens);
  const found = calcPrice(
    {
      input_tokens: inputTokens,
      output_tokens: outputTokens,
      cache_read_tokens: cached,
      // It refuses parts that are more than the whole.
      cache_write_tokens: Math.min(usage.cacheWriteInputTokens ?? 0, inputTokens - cached),
      output_reasoning_tokens: Math.min(usage.reasoningTokens ?? 0, outputTokens),
    },
    id,
    { providerId: provider },
  );
  return found?.total_price;
}

/** Asked for a thousand tokens, which no list price treats as a long prompt. */
function listPrice(model: string): ModelPrice | undefined {
  const perMillion = (part: keyof TokenUsage, of: 'inputTokens' | 'outputTokens'): number | undefined => {
    const cost = listCost(model, { inputTokens: 0, outputTokens: 0, [of]: 1000, [part]: 1000 });
    return cost === undefined ? undefined : cost * 1000;
  };
  const inputPerMillion = perMillion('inputTokens', 'inputTokens');
  const outputPerMillion = perMillion('outputTokens', 'outputTokens');
  const cachedInputPerMillion = perMillion('cachedInputTokens', 'inputTokens');
  const cacheWriteInputPerMillion = perMillion('cacheWriteInputTokens', 'inputTokens');
  const reasoningPerMillion = perMillion('reasoningTokens', 'outputTokens');
  if (
    inputPerMillion === undefined ||
    outputPerMillion === undefined ||
    cachedInputPerMillion === undefined ||
    cacheWriteInputPerMillion === undefined ||
    reasoningPerMillion === undefined
  )
    return undefined;
  return {
    inputPerMillion,
    outputPerMillion,
    cachedInputPerMillion,
    cacheWriteInputPerMillion,
    reasoningPerMillion,
  };
}

function split(model: string): { provider: string; id: string } {
  const slash = model.indexOf('/');
  return slash < 0
    ? { provider: '', id: model }
    : { provider: model.slice(0, slash), id: model.slice(slash + 1) };
}
