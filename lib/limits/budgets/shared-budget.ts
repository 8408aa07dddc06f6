import type { BudgetRaise } from '../../workflow/index.js';

/** Whose use is counted together. Of `user`: of one user of a tenant. */
export type SharedScope = 'tenant' | 'user' | 'workflow' | 'agent';

export const sharedScopes: readonly SharedScope[] = ['tenant', 'user', 'workflow', 'agent'];

/** `1h`, `1d` and `month` begin with the hour, the day and the month of the time zone. */
export type BudgetWindow = '1h' | '1d' | 'month';

export const budgetWindows: readonly BudgetWindow[] = ['1h', '1d', 'month'];

/** A budget that many runs share. Amounts are in US dollars, tokens (input and output together), and requests to models. */
export interface SharedBudget extends BudgetRaise {
  /** Whose: each tenant, each user of a tenant, each workflow, each agent. */
  readonly scope: SharedScope;
  /** Only that one, in place of the budget for each: a tenant, the id of a user, the name of a workflow or an agent. */
  readonly for?: string | undefined;
  /** It starts again in each. @default one budget without an end */
  readonly window?: BudgetWindow | undefined;
  /** As the IANA names it: `Europe/Berlin`. @default 'UTC' */
  readonly timeZone?: string | undefined;
  /** Share of the limit, above 0 and at most 1, from which a record `budget.warned` is written, once in each window. @default none */
  readonly warnAt?: number | undefined;
  /**
   * What happens to a call that might cost more than is left. `pause`: the run waits until the next window, or until the budget
   * is raised.
   * @default 'fail'
   */
  readonly onExceeded?: 'fail' | 'pause' | undefined;
}
