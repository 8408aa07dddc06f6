import { type AccountKey, accountKey } from '../../journal/index.js';
import type { Entries, Entry } from './budget-ledger.js';

/** How an account stands, as far as an admission has to know. */
export interface Balance {
  readonly used: number;
  readonly reserved: number;
  /** What people have added to the limit. */
  readonly raised: number;
}

export type AdmittedCall =
  { readonly outcome: 'admitted' } | { readonly outcome: 'refused'; readonly by: AccountKey };

/**
 * Which of many calls fit, one after the other: each in all of its accounts or in none, what the ones before have set aside
 * counted.
 */
export function admit(
  requests: readonly Entries[],
  balanceOf: (key: AccountKey) => Balance,
): readonly AdmittedCall[] {
  const more = new Map<string, number>();
  const isTooMuch = (entry: Entry): boolean => {
    const { used, reserved, raised } = balanceOf(entry);
    const taken = used + reserved + (more.get(accountKey(entry)) ?? 0);
    return taken + entry.amount > entry.limit + raised;
  };
  return requests.map((entries) => {
    // What costs nothing is let in, also where nothing is left.
    const by = entries.find((entry) => entry.amount > 0 && isTooMuch(entry));
    if (by) return { outcome: 'refused', by };
    for (const entry of entries) {
      const key = accountKey(entry);
      more.set(key, (more.get(key) ?? 0) + entry.amount);
    }
    return { outcome: 'admitted' };
  });
}

/** The sum of what calls want, by account, in the order of their keys as they come. */
export function summed(requests: readonly Entries[]): Entry[] {
  const sums = new Map<string, Entry>();
  for (const entry of requests.flat()) {
    const key = accountKey(entry);
    const before = sums.get(key);
    sums.set(key, { ...entry, amount: entry.amount + (before?.amount ?? 0) });
  }
  return [...sums.values()];
}
