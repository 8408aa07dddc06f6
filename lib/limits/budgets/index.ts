export {
  type Account,
  accountsOfOwner,
  amountOf,
  holdsFor,
  ownerName,
  type Spender,
  wholeOf,
} from './accounts.js';
export { BudgetLedger, type Holding, limitOfOwner, type Standing } from './budget-ledger.js';
export { MemoryBudgetLedger } from './memory-budget-ledger.js';
export type { Reservation } from './reservation.js';
export {
  type BudgetWindow,
  budgetWindows,
  type SharedBudget,
  type SharedScope,
  sharedScopes,
} from './shared-budget.js';
export { sharedBudgetProblems } from './shared-budget-rules.js';
export { type Granted, SharedBudgets } from './shared-budgets.js';
export { TypeOrmBudgetLedger } from './typeorm-budget-ledger.js';
