import { CallBudget } from '../budget/call-budget.js';
import type { CallCheck, CheckedCall } from './checked-call.js';

/** Sets aside the most that a call may use. What it has used is booked with its outcome. */
export const budgetCheck: CallCheck = {
  name: 'budget',

  concerns({ call }: CheckedCall): boolean {
    return call.estimate !== undefined;
  },

  /** @throws {BudgetExceededError}; never settles where the budget says `pause` */
  async before(checked: CheckedCall): Promise<void> {
    checked.budget = await CallBudget.reserve(checked, checked.value);
  },
};
