import type { SharedBudgets } from '../../limits/index.js';
import { CallBudget } from '../budget/call-budget.js';
import type { CheckStage } from '../checks/check.js';
import type { CallCheck, CheckedCall } from '../checks/checked-call.js';

/** Sets aside the most that a call may use. What it has used is booked with its outcome. */
export class BudgetCheck implements CallCheck {
  readonly name = 'budget';

  /** @param shared budgets that many runs share; absent where nothing is performed */
  constructor(private readonly shared: SharedBudgets | undefined) {}

  concerns({ call, hit }: CheckedCall, stage: CheckStage): boolean {
    return stage === 'before' && call.estimate !== undefined && !hit;
  }

  /** @throws {BudgetExceededError}; never settles where the budget says `pause` */
  async before(checked: CheckedCall): Promise<void> {
    checked.budget = await CallBudget.reserve(checked, checked.value, this.shared);
  }
}
