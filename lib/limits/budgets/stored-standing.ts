import { type AccountKey, accountKey } from '../../journal/index.js';
import type { Balance } from './admit.js';
import type { Entries, Entry, Standing } from './budget-ledger.js';

/** How an account stands as a statement gives it. `bigint`s come as text. */
export interface StoredStanding extends AccountKey {
  readonly used: string | null;
  readonly reserved: string | null;
  readonly raised: string | null;
  readonly warned: boolean | null;
  readonly generation: string;
}

/** `ok`: all of it is set aside; `done`: it was already. */
export type StoredReservation = StoredStanding & { readonly ok: boolean; readonly done: boolean | null };

/** Accounts that reach their soft limit by what was set aside just now. */
export function warnedBy(rows: readonly StoredReservation[], entries: readonly Entry[]): Standing[] {
  return rows.flatMap((row) => {
    const entry = entries.find((one) => accountKey(one) === accountKey(row));
    if (!entry || entry.warnAt === undefined || entry.amount === 0 || row.warned) return [];
    const standing = standingOf(
      { ...row, reserved: String(Number(row.reserved) + entry.amount) },
      entry.limit,
    );
    return standing.used + standing.reserved >= entry.warnAt * standing.limit ? [standing] : [];
  });
}

/** Those that concern a call, which are taken out: one call tells of each. */
export function takeOf(warned: Standing[], entries: Entries): Standing[] {
  const keys = new Set(entries.map(accountKey));
  const own = warned.filter((one) => keys.has(accountKey(one)));
  for (const one of own) warned.splice(warned.indexOf(one), 1);
  return own;
}

export function balanceOf(row: StoredReservation | undefined): Balance {
  return { used: Number(row?.used), reserved: Number(row?.reserved), raised: Number(row?.raised) };
}

export function standingOf(row: StoredStanding, limit: number): Standing {
  const { owner, unit, window, used, reserved, raised, generation } = row;
  return {
    owner,
    unit,
    window,
    used: Number(used),
    reserved: Number(reserved),
    limit: limit + Number(raised),
    raised: Number(raised),
    generation: Number(generation),
  };
}
