import type { BudgetUnit } from '../workflow/index.js';

/** What is counted together: one unit of the budgets of one owner in one window. */
export interface AccountKey {
  /** `tenant acme`, `user acme/ana`, `workflow refund`, `agent clerk`. */
  readonly owner: string;
  readonly unit: BudgetUnit;
  /** `1d 2026-11-30 Europe/Berlin`. */
  readonly window: string;
}

/**
 * What has become of a reservation in one account: the estimate is free again, and what was really used is booked. Whole numbers:
 * nano-dollars, tokens, calls.
 */
export interface Settlement extends AccountKey {
  /** Under which worker it was reserved. */
  readonly workerId: string;
  readonly estimate: number;
  readonly actual: number;
}

/** Tells an account from all others. */
export function accountKey({ owner, unit, window }: AccountKey): string {
  return `${owner}\n${unit}\n${window}`;
}
