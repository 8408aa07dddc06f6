import { logSafely, synchronous, toErrorData } from '../../errors/index.js';
import { roundedUp, type Usage } from '../../values/index.js';
import type { ModelPrice, TokenUsage } from '../provider/model-provider.js';
import { costAt, dearest, defaultCeiling, type PriceTable, priceProblems } from './price-table.js';

/**
 * What requests cost, in whole nano-dollars, rounded up once per request. The price table may be the host's: whatever it
 * does, there is an amount, and never an error.
 */
export class CallCost {
  /** Models whose price could not be read: the log has it once. */
  private readonly faulty = new Set<string>();
  /** Which parts of a request are dearer than the rest, by model. */
  private readonly dear = new Map<string, ModelPrice>();

  constructor(private readonly prices: PriceTable) {}

  /** The most that a request may use. */
  estimate(model: string, most: TokenUsage): Usage {
    const dear = dearest(this.priceOf(model), most);
    const usd = this.listed(model, dear) ?? roundedUp(costAt(defaultCeiling, dear));
    return usageOf(most, usd);
  }

  /**
   * What a request has used. Where its price can't be told, it costs what was set aside for it, or its tokens at the
   * ceiling price, whichever is more.
   * @param most the most that it may have used: asked only then
   */
  actual(model: string, tokens: TokenUsage, most: () => TokenUsage): Usage {
    return usageOf(tokens, this.listed(model, tokens) ?? this.guessed(model, tokens, most()));
  }

  private guessed(model: string, tokens: TokenUsage, most: TokenUsage): number {
    return Math.max(this.estimate(model, most).usd, roundedUp(costAt(defaultCeiling, tokens)));
  }

  /** Undefined where the price table throws, or gives no amount. */
  private listed(model: string, tokens: TokenUsage): number | undefined {
    try {
      const usd: unknown = synchronous(this.prices.cost(model, tokens), '`cost` of the price table');
      if (typeof usd === 'number' && Number.isFinite(usd) && usd >= 0) return roundedUp(usd);
      this.complain(
        model,
        `it gave ${typeof usd === 'number' ? usd : `a ${typeof usd}`}, which is not an amount`,
      );
    } catch (error) {
      this.complain(model, toErrorData(error).message);
    }
    return undefined;
  }

  /** Only for which of its parts are dear: prices may change while the process lives, and that hardly does. */
  private priceOf(model: string): ModelPrice {
    const known = this.dear.get(model);
    if (known) return known;
    const price = this.listPrice(model) ?? defaultCeiling;
    this.dear.set(model, price);
    return price;
  }

  private listPrice(model: string): ModelPrice | undefined {
    try {
      const price: unknown = synchronous(this.prices.price(model), '`price` of the price table');
      // Checked right here.
      return price !== undefined && priceProblems(price, '').length === 0
        ? { ...(price as ModelPrice) }
        : undefined;
    } catch {
      // `cost` will say so too.
      return undefined;
    }
  }

  private complain(model: string, why: string): void {
    if (this.faulty.has(model)) return;
    this.faulty.add(model);
    logSafely(
      'error',
      `The price table could not tell what ${model} costs (${why}). Its requests are billed at their estimates, or at ` +
        `$${defaultCeiling.inputPerMillion} input and $${defaultCeiling.outputPerMillion} output for a million tokens. Mend \`cost\` of the PriceTable in the module options.`,
    );
  }
}

function usageOf({ inputTokens, outputTokens }: TokenUsage, usd: number): Usage {
  return { calls: 1, inputTokens, outputTokens, usd };
}
