import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { budgetUnits, type BudgetRaise } from '../records/record-facts.js';
import { childBudgetOf, exceeds, restOf } from './budget.js';

const usd = fc.double({ min: 0, max: 1000, noNaN: true });
const whole = fc.nat(1000);
const limits = fc.record({ usd, tokens: whole, calls: whole }, { requiredKeys: [] });

/** What children get that are begun one after another, each before anything is used. */
function childBudgets(budget: BudgetRaise, owns: readonly BudgetRaise[]): BudgetRaise[] {
  let left = budget;
  return owns.map((own, index) => {
    const childBudget = childBudgetOf(left, own, owns.length - index);
    const rest = budgetUnits.flatMap((unit) =>
      left[unit] === undefined ? [] : [[unit, left[unit] - (childBudget[unit] ?? 0)] as const],
    );
    left = Object.fromEntries(rest);
    return childBudget;
  });
}

describe('the childBudgets of a budget', () => {
  it('are together no more than the budget, and none is more than its own limit', () => {
    fc.assert(
      fc.property(limits, fc.array(limits, { minLength: 1, maxLength: 12 }), (budget, owns) => {
        const given = childBudgets(budget, owns);
        for (const unit of budgetUnits) {
          const sum = given.reduce((total, childBudget) => total + (childBudget[unit] ?? 0), 0);
          // Dollars are floating-point numbers.
          if (budget[unit] !== undefined) expect(sum).toBeLessThanOrEqual(budget[unit] * (1 + 1e-9));
          for (const [index, childBudget] of given.entries())
            if (owns[index]?.[unit] !== undefined)
              expect(childBudget[unit]).toBeLessThanOrEqual(owns[index][unit]);
        }
      }),
    );
  });

  it('use up all of it where no child has a limit of its own, and are whole where the unit is', () => {
    fc.assert(
      fc.property(whole, fc.integer({ min: 1, max: 12 }), (calls, children) => {
        const given = childBudgets(
          { calls },
          Array.from({ length: children }, () => ({})),
        ).map((childBudget) => childBudget.calls ?? Number.NaN);
        expect(given.every((count) => Number.isInteger(count))).toBe(true);
        expect(given.reduce((a, b) => a + b)).toBe(calls);
        expect(Math.max(...given) - Math.min(...given)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('say nothing of what nobody limits', () => {
    expect(childBudgetOf({}, {}, 3)).toEqual({});
    expect(childBudgetOf({ usd: 3 }, { calls: 2 }, 3)).toEqual({ usd: 1, calls: 2 });
  });
});

describe('what is left of a budget', () => {
  it('is exact in dollars, whose fractions floating-point numbers do not have', () => {
    expect(0.3 - 0.1).not.toBe(0.2);
    expect(restOf('usd', 0.3, 0.1)).toBe(0.2);
    expect(exceeds('usd', 0.1 + 0.2, 0.3)).toBe(false);
    expect(exceeds('usd', 0.300000001, 0.3)).toBe(true);
  });

  it('is the difference in tokens and calls, and never below nothing', () => {
    expect(restOf('tokens', 5_000, 1_200)).toBe(3_800);
    expect(restOf('calls', 3, 4)).toBe(0);
  });
});
