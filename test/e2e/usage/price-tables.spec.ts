import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { PriceTable, type TokenUsage, type Usage } from 'nestjs-nestor';
import { makers } from '../../property/hostile-values.js';
import { AskWorkflow, openRogueHost } from './rogue-host.js';

/** A host's own list, with a fault. */
class FaultyTable extends PriceTable {
  constructor(private readonly ask: (usage: TokenUsage) => unknown) {
    super();
  }
  override price(): undefined {
    return undefined;
  }
  override cost(_: string, usage: TokenUsage): number {
    return this.ask(usage) as number;
  }
}

const asked = async (prices: PriceTable, count = 1, budget: object = {}) => {
  const { t } = await openRogueHost({ prices });
  const result = (await t.run(AskWorkflow, count, { budget })) as { output: string[]; usage: Usage };
  await t.close();
  return result;
};

describe('a price table of the host', () => {
  let errors: string[] = [];
  beforeEach(() => {
    errors = [];
    jest
      .spyOn(Logger.prototype, 'error')
      .mockImplementation((line: unknown) => void errors.push(String(line)));
  });
  afterEach(() => void jest.restoreAllMocks());

  it.each<[string, (usage: TokenUsage) => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no prices today');
      },
    ],
    ['gives NaN', () => Number.NaN],
    ['gives Infinity', () => Infinity],
    ['gives a negative price', () => -1],
    ['gives a text', () => '0.01'],
    ['gives nothing', () => undefined],
    ['gives a promise', () => Promise.reject(new Error('later'))],
  ])('that %s: the answer stays, is billed at the ceiling price, and the log says so', async (_, fault) => {
    const { output, usage } = await asked(new FaultyTable(fault));
    expect(output).toEqual(['answered']);
    // $15 and $75 for a million tokens.
    expect(usage).toEqual({ calls: 1, inputTokens: 100, outputTokens: 100, usd: 0.009 });
    expect(errors).toEqual([expect.stringContaining('rogue/x')]);
  });

  it('that fails once the answer is there: the answer is billed at what was set aside for it', async () => {
    const { output, usage } = await asked(
      new FaultyTable(({ outputTokens }) => {
        if (outputTokens === 10) return 0.5;
        throw new Error('no prices today');
      }),
    );
    expect({ output, usd: usage.usd }).toEqual({ output: ['answered'], usd: 0.5 });
  });

  it('that fails does not switch a budget off', async () => {
    const { output } = await asked(new FaultyTable(() => Number.NaN), 50, { usd: 0.1 });
    expect(output).toContain('BUDGET_EXCEEDED');
  });

  it('may give whatever JavaScript has: an answer is an answer, and its cost a whole number of nano-dollars', async () => {
    await fc.assert(
      fc.asyncProperty(makers, async ({ make }) => {
        const { output, usage } = await asked(new FaultyTable(() => make()));
        expect(output).toEqual(['answered']);
        expect(Number.isFinite(usage.usd) && usage.usd >= 0).toBe(true);
        expect(Math.round(usage.usd * 1e9) / 1e9).toBe(usage.usd);
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('is rounded up to whole nano-dollars once for each call, and sums are exact', async () => {
    expect((await asked(new FaultyTable(() => 1e-12), 3)).usage.usd).toBe(0.000000003);
    expect((await asked(new FaultyTable(() => 0.1), 3)).usage.usd).toBe(0.3);
    expect((await asked(new FaultyTable(() => 0.1 + 0.2), 1)).usage.usd).toBe(0.3);
  });
});
