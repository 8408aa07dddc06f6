import type { BudgetUnit } from '../../workflow/index.js';
import type { AccountKey, Settlement } from '../../journal/index.js';

/** What a call wants to set aside in one account. Whole numbers. */
export interface Entry extends AccountKey {
  readonly amount: number;
  readonly limit: number;
  /** Share of the limit. */
  readonly warnAt: number | undefined;
}

/** What one call wants to set aside: in all of its accounts, or in none. */
export type Entries = readonly Entry[];

/** How an account stands. Whole numbers. */
export interface Standing extends AccountKey {
  readonly used: number;
  readonly reserved: number;
  /** The limit, with what people have added to it. */
  readonly limit: number;
  readonly raised: number;
  /** Rises with each raise of its owner's budgets. */
  readonly generation: number;
}

export type ReserveOutcome =
  | {
      readonly outcome: 'reserved';
      /** Accounts that have reached their soft limit by this. */
      readonly warned: readonly Standing[];
    }
  /** `standing`: the first account that has not enough. */
  | { readonly outcome: 'refused'; readonly standing: Standing };

/** For whom a part of an account is set aside. */
export interface Holding {
  readonly workerId: string;
  readonly amount: number;
}

/** How much is added to a limit. Whole numbers. */
export interface Raise {
  readonly unit: BudgetUnit;
  readonly window: string;
  readonly amount: number;
  /** The limit itself. */
  readonly limit: number;
}

/** Who has added to limits, and why. */
export interface RaiseFacts {
  /** One that comes twice counts once. */
  readonly id: string;
  readonly actor: string;
  readonly reason: string | undefined;
  /** ISO. */
  readonly at: string;
}

/** What was added to the limits of an owner at once. */
export interface StoredRaise extends RaiseFacts {
  readonly raises: readonly Omit<Raise, 'limit'>[];
}

/** Budgets that many runs share: what is used, what is set aside, and by which process. */
export abstract class BudgetLedger {
  /**
   * Sets aside what calls may use at most, exactly: no reservation is granted that would exceed a limit.
   * @param workerId who has it; what a dead worker holds is booked at its estimate
   */
  abstract reserve(workerId: string, entries: Entries): Promise<ReserveOutcome>;
  /** Books what is not in a commit of the journal. Never rejects: what could not be booked is tried again. */
  abstract settle(settlements: readonly Settlement[]): void;
  /** Books what was settled: what is set aside becomes free, what was used counts. */
  abstract fold(): Promise<void>;
  /** What dead workers have set aside is booked at its estimate. */
  abstract reap(): Promise<void>;
  abstract standings(keys: readonly AccountKey[]): Promise<Standing[]>;
  abstract holdings(key: AccountKey): Promise<Holding[]>;
  /** Adds to limits; runs that wait for them look again. */
  abstract raise(owner: string, raises: readonly Raise[], facts: RaiseFacts): Promise<void>;
  /** Those of an owner, the newest first. */
  abstract raisesOf(owner: string, limit: number): Promise<StoredRaise[]>;
  /** By name of the limit that the budgets of an owner are: how often they were raised. */
  abstract generations(limits: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** Name of the limit that the budgets of an owner are. */
export function limitOfOwner(owner: string): string {
  return `budget of ${owner}`;
}
