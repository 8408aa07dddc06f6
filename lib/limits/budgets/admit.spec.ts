import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accountKey } from '../../journal/index.js';
import { admit, type Balance, summed } from './admit.js';
import type { Entry } from './budget-ledger.js';

const owners = ['tenant a', 'user a/b', 'workflow c'];
const balances = fc.record({
  used: fc.nat(50),
  reserved: fc.nat(50),
  raised: fc.nat(20),
});
const entries = fc.uniqueArray(
  fc.record({ owner: fc.constantFrom(...owners), amount: fc.nat(30) }).map(({ owner, amount }): Entry => ({
    owner,
    unit: 'calls',
    window: 'ever',
    limit: 100,
    warnAt: undefined,
    amount,
  })),
  { selector: accountKey, minLength: 1 },
);

describe('the admission of many calls to shared budgets', () => {
  it('exceeds no limit, admits whatever fits, and refuses by an account that has not enough', () => {
    fc.assert(
      fc.property(
        fc.array(entries, { maxLength: 12 }),
        fc.tuple(balances, balances, balances),
        (asked, found) => {
          const balanceOf = ({ owner }: { readonly owner: string }): Balance =>
            found[owners.indexOf(owner)] ?? { used: 0, reserved: 0, raised: 0 };
          const decided = admit(asked, balanceOf);
          const taken = new Map<string, number>();
          const fits = (entry: Entry): boolean => {
            const { used, reserved, raised } = balanceOf(entry);
            return used + reserved + (taken.get(entry.owner) ?? 0) + entry.amount <= entry.limit + raised;
          };
          for (const [index, call] of asked.entries()) {
            const decision = decided[index];
            const misfits = call.filter((entry) => entry.amount > 0 && !fits(entry));
            expect(decision?.outcome).toBe(misfits.length === 0 ? 'admitted' : 'refused');
            if (decision?.outcome === 'refused') expect(misfits).toContain(decision.by);
            else for (const { owner, amount } of call) taken.set(owner, (taken.get(owner) ?? 0) + amount);
          }
        },
      ),
    );
  });

  it('sums what calls want by account', () => {
    const one: Entry = {
      owner: 'tenant a',
      unit: 'usd',
      window: 'ever',
      limit: 9,
      warnAt: undefined,
      amount: 2,
    };
    const sums = summed([
      [one],
      [
        { ...one, unit: 'calls' },
        { ...one, amount: 3 },
      ],
    ]);
    expect(sums.map(({ unit, amount }) => [unit, amount])).toEqual([
      ['usd', 5],
      ['calls', 2],
    ]);
  });
});
