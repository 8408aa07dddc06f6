import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { BudgetService, Input, ModelService, type OrchestrationOptions, Step, Workflow } from 'nestjs-nestor';
import { Test } from '@nestjs/testing';
import { OrchestrationTestingModule } from 'nestjs-nestor/testing';
import { optionProblems } from '../../../lib/module/orchestration.options-check.js';
import { AskWorkflow, openRogueHost, type RogueHost } from './rogue-host.js';

/** Settings of a request that a host without types can write. */
let settings: object = {};

@Workflow({ name: 'settings', budget: { usd: 1, calls: 1, onExceeded: 'pause' } })
class SettingsWorkflow {
  constructor(private readonly models: ModelService) {}
  @Step({ retry: { attempts: 1 } }) async act(@Input() count: number) {
    for (let n = 0; n < count; n += 1) await this.models.generate({ prompt: `q${n}`, ...settings });
    return 'asked';
  }
}

const noCounts: readonly [string, unknown][] = [
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-1', -1],
  ['1.5', 1.5],
  ['1e308', 1e308],
  ["'10'", '10'],
  ['an object', {}],
];

let host: RogueHost;
beforeAll(async () => {
  for (const level of ['warn', 'error'] as const)
    jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
  host = await openRogueHost({}, [SettingsWorkflow]);
});
afterAll(async () => {
  await host.t.close();
  jest.restoreAllMocks();
});
beforeEach(() => {
  settings = {};
  host.provider.requests = 0;
});

describe.each(['maxTokens', 'maxTurns'])('%s of a request', (option) => {
  it.each([...noCounts, ['0', 0] as const])(
    'that is %s is refused by its name, and nothing is sent',
    async (_, value) => {
      settings = { [option]: value };
      const result = await host.t.run(SettingsWorkflow, 1);
      expect(result).toMatchObject({
        status: 'failed',
        error: { message: expect.stringMatching(new RegExp(`${option} is .*a whole number from 1`)) },
        usage: { calls: 0 },
      });
      expect(host.provider.requests).toBe(0);
    },
  );
});

describe('a budget that a run is started with', () => {
  it.each([
    // A very large one is whole, and limits nothing that could be reached.
    ...noCounts
      .filter(([, value]) => value !== 1e308)
      .flatMap(([name, value]) =>
        (value === 1.5 ? ['calls', 'tokens'] : ['calls', 'tokens', 'usd']).map(
          (unit) => [unit, name, value] as const,
        ),
      ),
    ['onExceeded', "'stop'", 'stop'] as const,
    ['usb', '1', 1] as const,
  ])('whose %s is %s is refused by its name', async (unit, _, value) => {
    await expect(host.t.run(AskWorkflow, 1, { budget: { [unit]: value } as object })).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
      message: expect.stringContaining(`budget.${unit} is`),
    });
    expect(host.provider.requests).toBe(0);
  });

  it.each([null, 5, 'much', [1]])('that is %p is refused', async (budget) => {
    await expect(host.t.run(AskWorkflow, 1, { budget: budget as never })).rejects.toMatchObject({
      code: 'INPUT_VALIDATION',
    });
  });

  it('is the one of that moment, whatever becomes of the object', async () => {
    const budget = { calls: 1 };
    const starting = host.t.orchestrator.start(AskWorkflow, 3, { budget });
    budget.calls = 100;
    const handle = await starting;
    expect((await handle.result()).usage.calls).toBe(1);
  });
});

describe('raising a budget', () => {
  it.each([...noCounts, ['0', 0] as const, ['null', null] as const])(
    'by %s calls is refused, and the budget is what it was',
    async (_, calls) => {
      const { runId, status } = await host.t.run(SettingsWorkflow, 2);
      expect(status).toBe('paused');
      const budgets = host.t.module.get(BudgetService, { strict: false });
      const before = await budgets.balance({ runId });
      await expect(budgets.raise({ runId }, { calls: calls as never })).rejects.toMatchObject({
        code: 'INPUT_VALIDATION',
      });
      for (const usd of [1e-10, Number.NaN, Infinity, -1, '5'])
        await expect(budgets.raise({ runId }, { usd: usd as never })).rejects.toMatchObject({
          code: 'INPUT_VALIDATION',
        });
      await expect(budgets.raise({ runId }, null as never)).rejects.toMatchObject({
        code: 'INPUT_VALIDATION',
      });
      expect(await budgets.balance({ runId })).toEqual(before);
    },
  );

  it('is exact to the nano-dollar', async () => {
    const { runId } = await host.t.run(SettingsWorkflow, 2);
    const budgets = host.t.module.get(BudgetService, { strict: false });
    for (let n = 0; n < 3; n += 1) await budgets.raise({ runId }, { usd: 0.1 });
    await host.t.orchestrator.handle(runId).idle();
    expect((await budgets.balance({ runId })).usd?.limit).toBe(1.3);
  });
});

describe('prices in the module options', () => {
  const problems = (prices: unknown) => optionProblems({ prices } as OrchestrationOptions);
  const fine = { inputPerMillion: 1, outputPerMillion: 2 };

  it('are fine as they are documented', () => {
    expect(
      problems({
        models: {
          'a/b': fine,
          'local/*': {
            ...fine,
            cachedInputPerMillion: 0,
            cacheWriteInputPerMillion: 3,
            reasoningPerMillion: 4,
          },
        },
        ceiling: fine,
      }),
    ).toEqual([]);
  });

  it.each([
    [
      { models: { 'a/b': { ...fine, inputPerMillion: Number.NaN } } },
      "prices.models['a/b'].inputPerMillion is NaN",
    ],
    [{ models: { 'a/b': { ...fine, outputPerMillion: -1 } } }, "prices.models['a/b'].outputPerMillion is -1"],
    [{ models: { 'a/b': { ...fine, reasoningPerMillion: Infinity } } }, 'reasoningPerMillion is Infinity'],
    [{ models: { 'a/b': { ...fine, cachedInputPerMillion: '1' } } }, "cachedInputPerMillion is '1'"],
    [{ models: { 'a/b': { inputPerMillion: 1 } } }, 'outputPerMillion is undefined'],
    [{ models: { 'a/b': { ...fine, cacheReadPerMillion: 1 } } }, 'cacheReadPerMillion is not a price'],
    [{ models: { 'gpt-5': fine } }, "'gpt-5' is not written 'provider/model'"],
    [{ models: { 'a/b': 5 } }, "prices.models['a/b'] has to be an object"],
    [{ models: [] }, 'prices.models has to be an object'],
    [{ ceiling: { ...fine, inputPerMillion: null } }, 'prices.ceiling.inputPerMillion is'],
    [{ cieling: fine }, "prices.cieling is not an option. Did you mean 'ceiling'?"],
    ['free', 'prices has to be'],
    [null, 'prices has to be'],
  ])('%j are refused', (prices, message) => {
    expect(problems(prices).join('\n')).toContain(message);
  });

  it('stop the module at boot', async () => {
    const imports = [
      OrchestrationTestingModule.forRoot({ prices: { ceiling: { ...fine, inputPerMillion: -1 } } }),
    ];
    const booting = async () => (await Test.createTestingModule({ imports }).compile()).init();
    await expect(booting()).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });
});

describe('budgets of workflows and steps', () => {
  it.each(noCounts.filter(([, value]) => value !== 1e308))('of %s are refused at boot', async (_, value) => {
    @Workflow({ budget: { calls: value as number, tokens: value as number } })
    class BadWorkflow {
      @Step({ budget: { calls: value as number } }) act() {
        return 1;
      }
    }
    const booting = async () => {
      const module = await Test.createTestingModule({
        imports: [OrchestrationTestingModule.forRoot()],
        providers: [BadWorkflow],
      }).compile();
      await module.init();
    };
    await expect(booting()).rejects.toThrow(
      /budget\.calls is[\s\S]*budget\.tokens is[\s\S]*budget\.calls is/,
    );
  });
});
