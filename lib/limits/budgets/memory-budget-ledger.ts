import {
  accountIn,
  type AccountKey,
  accountKey,
  type MemoryAccount,
  type MemoryStore,
  type Settlement,
  settleIn,
} from '../../journal/index.js';
import { admit } from './admit.js';
import {
  BudgetLedger,
  type Entries,
  type Holding,
  limitOfOwner,
  type Raise,
  type RaiseFacts,
  type ReserveOutcome,
  type Standing,
  type StoredRaise,
} from './budget-ledger.js';

/** Budgets that many runs share, where there is no database. What is settled is booked at once. */
export class MemoryBudgetLedger extends BudgetLedger {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  async reserve(workerId: string, entries: Entries): Promise<ReserveOutcome> {
    const accounts = entries.map((entry) => this.accountOf(entry, entry.limit));
    const [admitted] = admit([entries], (key) => {
      const account = this.accountOf(key);
      return { ...account, reserved: reservedOf(account) };
    });
    if (admitted?.outcome === 'refused')
      return { outcome: 'refused', standing: this.standingOf(this.accountOf(admitted.by)) };
    const warned: Standing[] = [];
    for (const [index, { amount, warnAt }] of entries.entries()) {
      const account = accounts[index];
      if (!account) continue;
      account.holds.set(workerId, (account.holds.get(workerId) ?? 0) + amount);
      const standing = this.standingOf(account);
      if (warnAt === undefined || account.isWarned || amount === 0) continue;
      account.isWarned = standing.used + standing.reserved >= warnAt * standing.limit;
      if (account.isWarned) warned.push(standing);
    }
    return { outcome: 'reserved', warned };
  }

  settle(settlements: readonly Settlement[]): void {
    settleIn(this.store.accounts, settlements);
  }

  async fold(): Promise<void> {}

  /** Nothing dies in memory without the memory. */
  async reap(): Promise<void> {}

  async standings(keys: readonly AccountKey[]): Promise<Standing[]> {
    return keys.flatMap((key) => {
      const account = this.store.accounts.get(accountKey(key));
      return account ? [this.standingOf(account)] : [];
    });
  }

  async holdings(key: AccountKey): Promise<Holding[]> {
    const holds = this.store.accounts.get(accountKey(key))?.holds ?? new Map<string, number>();
    return [...holds]
      .map(([workerId, amount]) => ({ workerId, amount }))
      .filter(({ amount }) => amount > 0)
      .toSorted((a, b) => b.amount - a.amount);
  }

  async raise(owner: string, raises: readonly Raise[], facts: RaiseFacts): Promise<void> {
    const known = this.store.budgetRaises.get(owner) ?? [];
    if (known.some(({ id }) => id === facts.id)) return;
    const kept = raises.map(({ limit: _, ...raise }) => raise);
    const raise: StoredRaise = { ...facts, raises: kept };
    this.store.budgetRaises.set(owner, [raise, ...known]);
    for (const { unit, window, amount, limit } of raises) {
      const account = this.accountOf({ owner, unit, window }, limit);
      account.raised += amount;
      account.isWarned = false;
    }
    const name = limitOfOwner(owner);
    const { generation = 0 } = this.store.limits.get(name) ?? {};
    this.store.limits.set(name, { generation: generation + 1, value: undefined });
  }

  async raisesOf(owner: string, limit: number): Promise<StoredRaise[]> {
    // What this ledger has put there.
    return (this.store.budgetRaises.get(owner) ?? []).slice(0, limit) as StoredRaise[];
  }

  async generations(limits: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return new Map(limits.map((name) => [name, this.store.limits.get(name)?.generation ?? 0]));
  }

  private accountOf(key: AccountKey, limit?: number): MemoryAccount {
    const account = accountIn(this.store.accounts, key);
    if (limit !== undefined) account.limit = limit;
    return account;
  }

  private standingOf(account: MemoryAccount): Standing {
    const { owner, unit, window, used, limit, raised } = account;
    const generation = this.generationOf(owner);
    return {
      owner,
      unit,
      window,
      used,
      reserved: reservedOf(account),
      limit: limit + raised,
      raised,
      generation,
    };
  }

  private generationOf(owner: string): number {
    return this.store.limits.get(limitOfOwner(owner))?.generation ?? 0;
  }
}

function reservedOf({ holds }: MemoryAccount): number {
  return [...holds.values()].reduce((sum, amount) => sum + amount, 0);
}
