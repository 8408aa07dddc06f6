import { type AccountKey, accountKey, type Settlement } from '../settlement.js';

/** An account of a budget that many runs share. Changed in place. */
export interface MemoryAccount extends AccountKey {
  used: number;
  /** What people have added to the limit. */
  raised: number;
  limit: number;
  isWarned: boolean;
  /** What is set aside, by worker. */
  readonly holds: Map<string, number>;
}

/** By key. */
export type MemoryAccounts = Map<string, MemoryAccount>;

/** The account of that key, made where there is none. */
export function accountIn(accounts: MemoryAccounts, { owner, unit, window }: AccountKey): MemoryAccount {
  const key = accountKey({ owner, unit, window });
  let account = accounts.get(key);
  if (!account) {
    account = { owner, unit, window, used: 0, raised: 0, limit: 0, isWarned: false, holds: new Map() };
    accounts.set(key, account);
  }
  return account;
}

/** Books what calls have used. */
export function settleIn(accounts: MemoryAccounts, settlements: readonly Settlement[]): void {
  for (const { workerId, estimate, actual, ...key } of settlements) {
    const account = accountIn(accounts, key);
    account.holds.set(workerId, (account.holds.get(workerId) ?? 0) - estimate);
    account.used += actual;
  }
}
