import { type AccountKey, accountKey } from '../../journal/index.js';
import type { Usage } from '../../values/index.js';
import type { BudgetHolder } from '../../workflow/index.js';
import { type Account, accountsOf, amountOf, type Spender } from './accounts.js';
import type { BudgetLedger, ReserveOutcome, Standing } from './budget-ledger.js';
import { type Holder, Reservation } from './reservation.js';
import type { SharedBudget } from './shared-budget.js';

export type Granted =
  | {
      readonly outcome: 'reserved';
      readonly reservation: Reservation;
      readonly warned: readonly (Standing & { readonly account: Account })[];
    }
  | { readonly outcome: 'refused'; readonly standing: Standing; readonly account: Account };

/** The budgets that runs share, as this process uses them. */
export class SharedBudgets {
  private readonly open = new Set<Reservation>();
  private readonly ports;

  constructor(
    readonly budgets: readonly SharedBudget[],
    private readonly ledger: BudgetLedger,
    /** Of this process; another one after it was taken for dead. */
    private readonly workerId: () => string,
  ) {
    this.ports = { ledger, ended: (reservation: Reservation) => void this.open.delete(reservation) };
  }

  /**
   * Sets aside what a call may use at most, in all of the spender's budgets or in none. Undefined where there are none.
   * @param now milliseconds since the epoch: which windows it belongs to
   */
  async reserve(spender: Spender, most: Usage, holder: Holder, now: number): Promise<Granted | undefined> {
    if (this.budgets.length === 0) return undefined;
    const accounts = accountsOf(this.budgets, spender, now);
    if (accounts.length === 0) return undefined;
    const reservation = new Reservation(accounts, holder, { ...this.ports, workerId: this.workerId() });
    const reserved = await reservation.raiseTo(most);
    if (reserved.outcome === 'refused')
      return { ...reserved, account: accountIn(accounts, reserved.standing) };
    this.open.add(reservation);
    return { outcome: 'reserved', reservation, warned: warnedOf(accounts, reserved) };
  }

  /** Books what calls have used. Never rejects. */
  fold(): Promise<void> {
    return this.ledger.fold();
  }

  /** Books what dead workers have set aside. */
  reap(): Promise<void> {
    return this.ledger.reap();
  }

  /** By name of the limit that the budgets of an owner are: how often they were raised. */
  generations(limits: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.ledger.generations(limits);
  }

  /** For whom a part of an account is set aside, the largest ones first. */
  async holders(key: AccountKey): Promise<BudgetHolder[]> {
    const own = [...this.open].flatMap((reservation) => {
      const amount = reservation.amountIn(key);
      return amount > 0 ? [{ ...reservation.holder, amount }] : [];
    });
    const workerId = this.workerId();
    const others = (await this.ledger.holdings(key)).filter((holding) => holding.workerId !== workerId);
    return [...own, ...others]
      .toSorted((a, b) => b.amount - a.amount)
      .map((holder) => ({ ...holder, amount: amountOf(key.unit, holder.amount) }));
  }
}

function warnedOf(accounts: readonly Account[], reserved: ReserveOutcome) {
  if (reserved.outcome === 'refused') return [];
  return reserved.warned.map((standing) => ({ ...standing, account: accountIn(accounts, standing) }));
}

function accountIn(accounts: readonly Account[], key: AccountKey): Account {
  const found = accounts.find((account) => accountKey(account) === accountKey(key));
  if (found) return found;
  throw new Error(`no account ${accountKey(key)} was asked for: this is a bug in Nestor`);
}
