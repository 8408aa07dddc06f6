import { type AccountKey, accountKey, type Settlement } from '../../journal/index.js';
import { noUsage, subtractUsage, type Usage } from '../../values/index.js';
import { amountsOf } from '../../workflow/index.js';
import { type Account, wholeAmounts } from './accounts.js';
import type { BudgetLedger, Entries, ReserveOutcome } from './budget-ledger.js';

/** Who has a reservation, for those who are refused. */
export interface Holder {
  /** `Refund.draft`, `Refund.each[3]`. */
  readonly step: string;
  readonly runId: string;
}

export interface ReservationPorts {
  readonly ledger: BudgetLedger;
  readonly workerId: string;
  /** It is settled, or was released. */
  ended(reservation: Reservation): void;
}

/** What is set aside for one call in the budgets that many runs share. It ends once: settled, or released. */
export class Reservation {
  private most: Usage = noUsage;
  private hasEnded = false;

  constructor(
    readonly accounts: readonly Account[],
    readonly holder: Holder,
    private readonly ports: ReservationPorts,
  ) {}

  /** Sets more aside, so that it is that much together; or nothing more. */
  async raiseTo(most: Usage): Promise<ReserveOutcome> {
    const { ledger, workerId } = this.ports;
    const more = entriesOf(this.accounts, subtractUsage(most, this.most));
    const reserved = await ledger.reserve(workerId, more);
    if (reserved.outcome === 'reserved') this.most = most;
    return reserved;
  }

  /** What of an account is set aside. */
  amountIn(key: AccountKey): number {
    const isOwn = this.accounts.some((account) => accountKey(account) === accountKey(key));
    return isOwn ? wholeAmounts(amountsOf(this.most))[key.unit] : 0;
  }

  /** It ends with what was used: what a commit of the journal books. None where it has ended. */
  settled(used: Usage): Settlement[] {
    if (this.hasEnded) return [];
    this.end();
    const [estimates, actuals] = [wholeAmounts(amountsOf(this.most)), wholeAmounts(amountsOf(used))];
    return this.accounts.map(({ owner, unit, window }) => ({
      workerId: this.ports.workerId,
      owner,
      unit,
      window,
      estimate: estimates[unit],
      actual: actuals[unit],
    }));
  }

  /** The commit that would have booked it was not written, or nobody knows. */
  settleOutside(settlements: readonly Settlement[]): void {
    this.ports.ledger.settle(settlements);
  }

  /** It ends with nothing used. */
  release(): void {
    const settlements = this.settled(noUsage);
    if (settlements.length > 0) this.ports.ledger.settle(settlements);
  }

  private end(): void {
    this.hasEnded = true;
    this.ports.ended(this);
  }
}

function entriesOf(accounts: readonly Account[], more: Usage): Entries {
  const amounts = wholeAmounts(amountsOf(more));
  return accounts.map(({ owner, unit, window, limit, warnAt }) => {
    return { owner, unit, window, limit, warnAt, amount: amounts[unit] };
  });
}
