import type { Amounts, BudgetRaise } from '../../workflow/index.js';

/** What a call in flight may still use, at most. */
export interface Reserved {
  readonly step: string;
  readonly item?: number | undefined;
  readonly amounts: Amounts;
  /** Where it is a child that is about to be waited for. */
  readonly child?: ReservedChild;
}

/** A child run that has its limits, and is not on record yet. */
export interface ReservedChild {
  readonly runId: string;
  /** Its limits. */
  readonly childBudget: BudgetRaise;
  /** Whether it may ask models: one that can't takes no share of a budget. */
  readonly mayAsk: boolean;
}

/** What is set aside of a run's budget, by the key of the call that it is for. */
export class Reservations {
  private readonly byKey = new Map<string, Reserved>();

  /** In place of what the call has set aside already. */
  set(key: string, reserved: Reserved): void {
    this.byKey.set(key, reserved);
  }

  /** What was really used is in the record of the call's outcome. */
  release(key: string): void {
    this.byKey.delete(key);
  }

  of(key: string): Reserved | undefined {
    return this.byKey.get(key);
  }

  get isEmpty(): boolean {
    return this.byKey.size === 0;
  }

  /** All but those of one key. */
  *except(key?: string): Generator<Reserved> {
    for (const [own, reserved] of this.byKey) if (own !== key) yield reserved;
  }
}
