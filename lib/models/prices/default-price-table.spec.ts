import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { ScriptedModel } from '../../testing/scripted-model.js';
import { DefaultPriceTable } from './default-price-table.js';
import { mostEmbeddingTokens, mostTokens } from './estimate.js';
import { costAt, dearest } from './price-table.js';

const million = { inputTokens: 1_000_000, outputTokens: 1_000_000 };

describe('DefaultPriceTable', () => {
  it('knows the list prices of both vendors', () => {
    const prices = new DefaultPriceTable();
    expect(prices.price('openai/gpt-5-mini')).toMatchObject({ inputPerMillion: 0.25, outputPerMillion: 2 });
    expect(prices.price('anthropic/claude-haiku-4-5')).toMatchObject({
      inputPerMillion: 1,
      outputPerMillion: 5,
    });
    expect(prices.cost('openai/gpt-5-mini', { inputTokens: 2000, outputTokens: 1000 })).toBeCloseTo(
      0.0025,
      9,
    );
  });

  it('bills cached tokens at their own price', () => {
    const prices = new DefaultPriceTable();
    const usage = { inputTokens: 1000, outputTokens: 0 };
    const cached = prices.cost('openai/gpt-5-mini', { ...usage, cachedInputTokens: 1000 });
    expect(cached).toBeCloseTo(0.000025, 9);
    expect(cached).toBeLessThan(prices.cost('openai/gpt-5-mini', usage));
  });

  it('bills what was written to the cache at its own price: with Anthropic a quarter more than other input', () => {
    const prices = new DefaultPriceTable();
    const usage = { inputTokens: 1000, outputTokens: 0, cacheWriteInputTokens: 1000 };
    expect(prices.cost('anthropic/claude-haiku-4-5', usage)).toBeCloseTo(0.00125, 9);
    expect(prices.price('anthropic/claude-haiku-4-5')).toMatchObject({ cacheWriteInputPerMillion: 1.25 });
    // OpenAI writes to its cache at the price of other input.
    expect(prices.cost('openai/gpt-5-mini', usage)).toBeCloseTo(0.00025, 9);
  });

  it('bills reasoning at its own price where the list has one', () => {
    const prices = new DefaultPriceTable();
    const usage = { inputTokens: 0, outputTokens: 1000, reasoningTokens: 1000 };
    expect(prices.cost('perplexity/sonar-deep-research', usage)).toBeCloseTo(0.003, 9);
    expect(prices.cost('openai/gpt-5-mini', usage)).toBeCloseTo(0.002, 9);
  });

  it('bills parts that are more than the whole as if they were the whole', () => {
    const usage = { inputTokens: 100, outputTokens: 1, cachedInputTokens: 80, cacheWriteInputTokens: 80 };
    expect(new DefaultPriceTable().cost('anthropic/claude-haiku-4-5', usage)).toBeCloseTo(0.000038, 9);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('closed');
      },
    ],
    ['is NaN', () => ({ inputPerMillion: Number.NaN, outputPerMillion: 1 })],
    ['is negative', () => ({ inputPerMillion: -1, outputPerMillion: 1 })],
    ['is a text', () => 'cheap'],
    ['is a promise', async () => ({ inputPerMillion: 0, outputPerMillion: 0 })],
  ])("does not observe a provider's price that %s", (_, price) => {
    const log = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const provider = Object.create(new ScriptedModel('openai'), { price: { value: price } }) as ScriptedModel;
    const prices = new DefaultPriceTable({}, [provider]);
    expect(prices.cost('openai/gpt-5-mini', million)).toBe(2.25);
    expect(log).toHaveBeenCalledTimes(1);
    log.mockRestore();
  });

  it("takes the host's price first, by model and by provider", () => {
    const price = { inputPerMillion: 1, outputPerMillion: 2 };
    const prices = new DefaultPriceTable({
      models: { 'openai/gpt-5-mini': price, 'local/*': { inputPerMillion: 0, outputPerMillion: 0 } },
    });
    expect(prices.cost('openai/gpt-5-mini', million)).toBe(3);
    expect(prices.cost('local/llama/70b', million)).toBe(0);
    expect(prices.price('openai/gpt-5-mini')).toEqual(price);
  });

  it('asks the provider before the list', () => {
    expect(new DefaultPriceTable({}, [new ScriptedModel('openai')]).cost('openai/gpt-5-mini', million)).toBe(
      0,
    );
  });

  it('bills unknown models at the ceiling price', () => {
    const ceiling = { inputPerMillion: 30, outputPerMillion: 60 };
    const prices = new DefaultPriceTable({ ceiling });
    expect(prices.price('nobody/knows')).toBeUndefined();
    expect(prices.cost('nobody/knows', million)).toBe(90);
  });
});

describe('costAt', () => {
  it('bills cached tokens as others where they have no price, and never more of them than there are', () => {
    const price = { inputPerMillion: 10, outputPerMillion: 0 };
    expect(costAt(price, { inputTokens: 100, outputTokens: 0, cachedInputTokens: 500 })).toBe(0.001);
    expect(
      costAt(
        { ...price, cachedInputPerMillion: 1 },
        { inputTokens: 100, outputTokens: 0, cachedInputTokens: 500 },
      ),
    ).toBe(0.0001);
  });
});

describe('dearest', () => {
  it('is the most that a request can cost, whatever its parts turn out to be', () => {
    const amount = fc.double({ min: 0, max: 1000, noNaN: true });
    const price = fc.record(
      {
        inputPerMillion: amount,
        outputPerMillion: amount,
        cachedInputPerMillion: amount,
        cacheWriteInputPerMillion: amount,
        reasoningPerMillion: amount,
      },
      { requiredKeys: ['inputPerMillion', 'outputPerMillion'] },
    );
    const count = fc.nat(10_000);
    const counts = fc.record({
      cachedInputTokens: count,
      cacheWriteInputTokens: count,
      reasoningTokens: count,
    });
    fc.assert(
      fc.property(price, counts, (each, parts) => {
        // A cache that is read dearer than the prompt itself is none.
        const cachedInputPerMillion = Math.min(each.cachedInputPerMillion ?? Infinity, each.inputPerMillion);
        const real = { ...each, cachedInputPerMillion };
        const totals = { inputTokens: 20_000, outputTokens: 10_000 };
        const limit = costAt(real, dearest(real, totals));
        expect(costAt(real, { ...totals, ...parts })).toBeLessThanOrEqual(limit * (1 + 1e-12));
      }),
    );
  });
});

const tokens = (content: string) =>
  mostTokens({ model: 'm', messages: [{ role: 'user', content }], maxTokens: 7 }).inputTokens;

describe('estimates', () => {
  it('count bytes, not characters, so that no script is underestimated', () => {
    expect(tokens('日本語') - tokens('')).toBe(9);
    expect(mostTokens({ model: 'm', messages: [], maxTokens: 7 }).outputTokens).toBe(7);
    expect(mostEmbeddingTokens(['日本語']).inputTokens).toBeGreaterThanOrEqual(9);
  });

  it('count tools and schemas too', () => {
    const request = { model: 'm', messages: [], maxTokens: 7 };
    const tools = [{ name: 'x', description: 'y'.repeat(500), input: {} }];
    expect(mostTokens({ ...request, tools }).inputTokens - mostTokens(request).inputTokens).toBeGreaterThan(
      500,
    );
  });
});
