import { type AccountKey, accountKey } from '../../journal/index.js';
import { inDollars, nanoDollars } from '../../values/index.js';
import { type Amounts, type BudgetUnit, budgetUnits } from '../../workflow/index.js';
import { holdsForOne } from '../holds-for.js';
import { windowAt, windowEnd } from './budget-window.js';
import type { SharedBudget, SharedScope } from './shared-budget.js';

/** Who makes a call. */
export interface Spender {
  readonly tenant?: string | undefined;
  readonly user?: string | undefined;
  readonly workflow: string;
  readonly agent?: string | undefined;
}

/** An account that a call has to keep to. Amounts are whole: nano-dollars, tokens, calls. */
export interface Account extends AccountKey {
  readonly scope: SharedScope;
  readonly limit: number;
  readonly warnAt: number | undefined;
  readonly onExceeded: 'fail' | 'pause';
  /** When its window ends, in milliseconds since the epoch. */
  until(): number | undefined;
}

/** The accounts of a spender, in the order in which they are locked. @param now milliseconds since the epoch */
export function accountsOf(budgets: readonly SharedBudget[], spender: Spender, now: number): Account[] {
  return budgets
    .flatMap((budget) => accountsOfBudget(budgets, budget, spender, now))
    .toSorted((a, b) => compareKeys(a, b));
}

function accountsOfBudget(
  budgets: readonly SharedBudget[],
  budget: SharedBudget,
  spender: Spender,
  now: number,
): Account[] {
  const name = nameIn(spender, budget.scope);
  if (name === undefined || !holdsFor(budgets, budget, name)) return [];
  return accountsOfOwner(budget, ownerName(budget.scope, name, spender.tenant), now);
}

/** The accounts of an owner by a budget. */
export function accountsOfOwner(budget: SharedBudget, owner: string, now: number): Account[] {
  const { scope, window, timeZone = 'UTC', warnAt, onExceeded = 'fail' } = budget;
  const key = windowKey(budget, now);
  return budgetUnits.flatMap((unit) => {
    const limit = budget[unit];
    if (limit === undefined) return [];
    return [
      {
        scope,
        owner,
        unit,
        window: key,
        limit: wholeOf(unit, limit),
        warnAt,
        onExceeded,
        until: () => windowEnd(now, window, timeZone),
      },
    ];
  });
}

function windowKey({ window, timeZone = 'UTC' }: SharedBudget, now: number): string {
  return window === undefined ? 'ever' : `${window} ${windowAt(now, window, timeZone)} ${timeZone}`;
}

/** A budget for one takes the place of that for each in the same window. */
export function holdsFor(budgets: readonly SharedBudget[], budget: SharedBudget, name: string): boolean {
  return holdsForOne(budgets, budget, name, ({ window }) => window === budget.window);
}

function nameIn({ tenant, user, workflow, agent }: Spender, scope: SharedScope): string | undefined {
  return { tenant, user, workflow, agent }[scope];
}

/** Users are those of a tenant: ids of two tenants may be the same. */
export function ownerName(scope: SharedScope, name: string, tenant: string | undefined): string {
  return scope === 'user' ? `user ${tenant ?? ''}/${name}` : `${scope} ${name}`;
}

/** The whole number that an amount is counted as. */
export function wholeOf(unit: BudgetUnit, amount: number): number {
  return unit === 'usd' ? nanoDollars(amount) : amount;
}

/** The amount that a whole number stands for. */
export function amountOf(unit: BudgetUnit, whole: number): number {
  return unit === 'usd' ? inDollars(whole) : whole;
}

export function wholeAmounts(amounts: Amounts): Amounts {
  return { ...amounts, usd: nanoDollars(amounts.usd) };
}

/** By code units, as `COLLATE "C"` sorts what is ASCII: all processes lock accounts in one order. */
export function compareKeys(a: AccountKey, b: AccountKey): number {
  const [one, other] = [accountKey(a), accountKey(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}
