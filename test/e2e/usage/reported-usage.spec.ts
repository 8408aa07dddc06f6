import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { ModelCallError, NotPerformedError, type Usage } from 'nestjs-nestor';
import { makers } from '../../property/hostile-values.js';
import { recordsOf } from '../gate/records.js';
import { AskWorkflow, EmbedWorkflow, openRogueHost, type RogueHost, StreamWorkflow } from './rogue-host.js';

let host: RogueHost;
beforeAll(async () => {
  for (const level of ['warn', 'error'] as const)
    jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
  host = await openRogueHost();
});
afterAll(async () => {
  await host.t.close();
  jest.restoreAllMocks();
});
beforeEach(() => {
  host.provider.requests = 0;
  host.provider.report = () => ({ inputTokens: 100, outputTokens: 100 });
  host.provider.answer = async () => 'fine';
});

const unknowns: readonly [string, unknown][] = [
  ['is missing', undefined],
  ['is null', null],
  ['is empty', {}],
  ['is not an object', 'five'],
  ['holds nulls', { inputTokens: null, outputTokens: null }],
  ['holds NaN', { inputTokens: Number.NaN, outputTokens: Number.NaN }],
  ['holds Infinity', { inputTokens: Infinity, outputTokens: -Infinity }],
  ['is negative', { inputTokens: -1e6, outputTokens: -1e6 }],
  ['is fractional', { inputTokens: 0.1, outputTokens: 0.2 }],
  ['is written as text', { inputTokens: '5', outputTokens: '5' }],
  ['is a BigInt', { inputTokens: 5n, outputTokens: 5n }],
  ['is beyond all counting', { inputTokens: 1e300, outputTokens: 2 ** 53 }],
];

describe('a usage report that', () => {
  it.each(unknowns)('%s counts at the estimate, and the answer stays', async (_, report) => {
    host.provider.report = () => report;
    for (const workflow of [AskWorkflow, StreamWorkflow]) {
      const { output, usage } = (await host.t.run(workflow, 1)) as { output: unknown; usage: Usage };
      expect(output).toEqual(['answered']);
      expect(usage).toMatchObject({ calls: 1, outputTokens: 10 });
      expect(usage.inputTokens).toBeGreaterThan(10);
      // Ten dollars for a million tokens.
      expect(usage.usd).toBe((usage.inputTokens + usage.outputTokens) / 100_000);
    }
    const embedded = (await host.t.run(EmbedWorkflow, 1)) as { output: unknown; usage: Usage };
    expect(embedded).toMatchObject({ output: ['answered'], usage: { calls: 1 } });
    expect(embedded.usage.inputTokens).toBeGreaterThan(1);
  });

  it.each(unknowns)('%s does not switch budgets off', async (_, report) => {
    host.provider.report = () => report;
    for (const budget of [{ tokens: 1000 }, { usd: 0.01 }, { calls: 5 }]) {
      host.provider.requests = 0;
      const { output } = (await host.t.run(AskWorkflow, 20, { budget })) as { output: string[] };
      expect(output).toContain('BUDGET_EXCEEDED');
      expect(output[0]).toBe('answered');
      expect(host.provider.requests).toBeLessThanOrEqual(10);
    }
  });

  it('is known in part counts in part at the estimate', async () => {
    host.provider.report = () => ({ inputTokens: 3, outputTokens: null });
    expect((await host.t.run(AskWorkflow, 1)).usage).toMatchObject({ inputTokens: 3, outputTokens: 10 });
  });

  it('counts a part for more than the whole: the whole is at least that', async () => {
    host.provider.report = () => ({
      inputTokens: 10,
      cachedInputTokens: 30,
      outputTokens: 5,
      reasoningTokens: 9,
    });
    expect((await host.t.run(AskWorkflow, 1)).usage).toMatchObject({ inputTokens: 30, outputTokens: 9 });
  });

  it('is as hostile as can be books something finite, and no budget goes down', async () => {
    await fc.assert(
      fc.asyncProperty(makers, makers, fc.boolean(), async (whole, part, isWhole) => {
        host.provider.report = () =>
          isWhole ? whole.make() : { inputTokens: part.make(), outputTokens: whole.make() };
        const result = await host.t.run(AskWorkflow, 2);
        const records = await recordsOf(host.t, result.runId, 'call.completed', 'call.failed');
        let before = 0;
        let sum = 0n;
        for (const { payload } of records) {
          const { usage } = payload as { usage?: Usage };
          expect(usage?.calls).toBe(1);
          for (const amount of [usage?.inputTokens, usage?.outputTokens, usage?.usd]) {
            expect(Number.isFinite(amount)).toBe(true);
            expect(amount).toBeGreaterThanOrEqual(0);
          }
          sum += BigInt(Math.round((usage?.usd ?? 0) * 1e9));
          expect(Number(sum)).toBeGreaterThanOrEqual(before);
          before = Number(sum);
        }
        expect(result).toMatchObject({ status: 'completed', output: ['answered', 'answered'] });
        expect(result.usage.calls).toBe(2);
        expect(BigInt(Math.round(result.usage.usd * 1e9))).toBe(sum);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});

describe('a request that was sent counts as a call', () => {
  const outcome = async (count: number, budget: object) => {
    const { output, usage, runId } = (await host.t.run(AskWorkflow, count, { budget })) as {
      output: string[];
      usage: Usage;
      runId: string;
    };
    return { output, usage, runId };
  };

  it('where the vendor has refused it, and costs nothing', async () => {
    host.provider.answer = () => Promise.reject(new ModelCallError('no', { status: 400, transient: false }));
    const { output, usage } = await outcome(5, { calls: 3 });
    expect(output).toEqual([...Array(3).fill('ALL_MODELS_FAILED'), ...Array(2).fill('BUDGET_EXCEEDED')]);
    expect(host.provider.requests).toBe(3);
    expect(usage).toEqual({ calls: 3, inputTokens: 0, outputTokens: 0, usd: 0 });
  });

  it.each([429, 503, 529])('each time that it was made again after a %s', async (status) => {
    host.provider.answer = () => Promise.reject(new ModelCallError('busy', { status, transient: true }));
    const { output, usage } = await outcome(5, { calls: 7 });
    expect(host.provider.requests).toBe(7);
    expect(usage).toEqual({ calls: 7, inputTokens: 0, outputTokens: 0, usd: 0 });
    expect(output).toEqual([...Array(3).fill('ALL_MODELS_FAILED'), ...Array(2).fill('BUDGET_EXCEEDED')]);
  });

  it.each([408, 500, 502, 504, undefined])(
    'and at the estimate where nobody knows what was done (%s)',
    async (status) => {
      const failure = { transient: false, ...(status === undefined ? {} : { status }) };
      host.provider.answer = () => Promise.reject(new ModelCallError('lost', failure));
      const { usage } = await outcome(1, {});
      expect(usage).toMatchObject({ calls: 1, outputTokens: 10 });
      expect(usage.usd).toBeGreaterThan(0);
    },
  );

  it('but not where a budget has kept it from being sent', async () => {
    const { output, usage } = await outcome(3, { tokens: 20 });
    expect(output).toEqual(Array(3).fill('BUDGET_EXCEEDED'));
    expect(usage.calls).toBe(0);
    expect(host.provider.requests).toBe(0);
  });

  it('and not where its provider says that it sent nothing', async () => {
    host.provider.answer = () => Promise.reject(new NotPerformedError('there is no key'));
    expect((await outcome(1, {})).usage).toMatchObject({ calls: 0, usd: 0 });
  });

  it('where its run was cancelled before it came back', async () => {
    let begun = (): void => undefined;
    const asked = new Promise<void>((resolve) => (begun = resolve));
    host.provider.answer = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        begun();
      });
    const handle = await host.t.start(AskWorkflow, 1);
    await asked;
    await handle.cancel('enough');
    const { usage } = await handle.result();
    expect(usage).toMatchObject({ calls: 1, outputTokens: 10 });
  });
});
