import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { ModelCallError, NotPerformedError, type RunBudget, type Usage } from 'nestjs-nestor';
import { recordsOf } from '../gate/records.js';
import { AskWorkflow, openRogueHost, type RogueHost } from './rogue-host.js';

let host: RogueHost;
/** Tokens that a question is estimated at. */
let estimate: { readonly inputTokens: number; readonly outputTokens: number };
beforeAll(async () => {
  for (const level of ['warn', 'error'] as const)
    jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
  host = await openRogueHost();
  host.provider.report = () => null;
  estimate = (await host.t.run(AskWorkflow, 1)).usage;
});
afterAll(async () => {
  await host.t.close();
  jest.restoreAllMocks();
});

/** What one request comes to. */
type Outcome =
  | { readonly is: 'answered'; readonly inputTokens: number; readonly outputTokens: number }
  | { readonly is: 'unreported' }
  | { readonly is: 'not sent' }
  | { readonly is: 'failed'; readonly status: number | undefined; readonly transient: boolean };

const tokens = fc.nat(400);
const outcomes: fc.Arbitrary<Outcome> = fc.oneof(
  fc.record({ is: fc.constant('answered' as const), inputTokens: tokens, outputTokens: tokens }),
  fc.constant({ is: 'unreported' as const }),
  fc.constant({ is: 'not sent' as const }),
  fc.record({
    is: fc.constant('failed' as const),
    status: fc.constantFrom(400, 404, 408, 429, 500, 503, 529, undefined),
    transient: fc.boolean(),
  }),
);
/** In dollars, of which a token costs a hundred-thousandth. */
const budgets: fc.Arbitrary<RunBudget> = fc.oneof(
  fc.constant({}),
  fc.nat(12).map((calls) => ({ calls: calls + 1 })),
  fc.nat(3_000).map((most) => ({ tokens: most + 1 })),
  fc.nat(3_000).map((most) => ({ usd: (most + 1) / 100_000 })),
);

function performedBy(outcome: Outcome): Promise<string> {
  switch (outcome.is) {
    case 'answered':
    case 'unreported':
      return Promise.resolve('fine');
    case 'not sent':
      return Promise.reject(new NotPerformedError('there is no key'));
    case 'failed': {
      const { status, transient } = outcome;
      return Promise.reject(
        new ModelCallError('no', status === undefined ? { transient } : { status, transient }),
      );
    }
  }
}

/** What has to be booked for it. */
function expectedFor(outcome: Outcome): Omit<Usage, 'usd'> {
  if (outcome.is === 'not sent') return { calls: 0, inputTokens: 0, outputTokens: 0 };
  if (outcome.is === 'answered') {
    return { calls: 1, inputTokens: outcome.inputTokens, outputTokens: outcome.outputTokens };
  }
  const isRefused = outcome.is === 'failed' && [400, 404, 429, 503, 529].includes(outcome.status ?? 0);
  return isRefused ? { calls: 1, inputTokens: 0, outputTokens: 0 } : { calls: 1, ...estimate };
}

describe('any sequence of answers and failures', () => {
  it('is booked request by request, and no request is made that the budget may not cover', async () => {
    const { inputTokens, outputTokens } = estimate;
    expect(outputTokens).toBe(10);
    estimate = { inputTokens, outputTokens };
    await fc.assert(
      fc.asyncProperty(
        fc.array(outcomes, { minLength: 1, maxLength: 8 }),
        budgets,
        async (sequence, budget) => {
          const booked = { calls: 0, inputTokens: 0, outputTokens: 0 };
          const affords = () => {
            const used = booked.inputTokens + booked.outputTokens + inputTokens + outputTokens;
            return (
              booked.calls + 1 <= (budget.calls ?? Infinity) &&
              used <= (budget.tokens ?? Infinity) &&
              used <= Math.round((budget.usd ?? Infinity) * 100_000)
            );
          };
          let made = 0;
          let current: Outcome = { is: 'unreported' };
          const uncovered: number[] = [];
          host.provider.answer = () => {
            if (!affords()) uncovered.push(made);
            current = sequence[made % sequence.length] ?? current;
            made += 1;
            const { calls, ...used } = expectedFor(current);
            booked.calls += calls;
            booked.inputTokens += used.inputTokens;
            booked.outputTokens += used.outputTokens;
            return performedBy(current);
          };
          host.provider.report = () => (current.is === 'answered' ? current : null);

          const result = await host.t.run(AskWorkflow, 6, { budget });
          const { usage, runId } = result;
          expect(uncovered).toEqual([]);
          expect(usage).toMatchObject(booked);
          expect(Math.round(usage.usd * 1e9)).toBe((booked.inputTokens + booked.outputTokens) * 10_000);
          // What a failed call held is free again: a refusal means that nothing is left.
          if (JSON.stringify(result).includes('BUDGET_EXCEEDED')) expect(affords()).toBe(false);

          const records = await recordsOf(host.t, runId, 'call.completed', 'call.failed');
          const sum = { calls: 0, inputTokens: 0, outputTokens: 0 };
          for (const { payload } of records) {
            const of = (payload as { usage?: Usage }).usage;
            for (const part of ['calls', 'inputTokens', 'outputTokens'] as const)
              sum[part] += of?.[part] ?? 0;
          }
          expect(sum).toEqual(booked);
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);
});
