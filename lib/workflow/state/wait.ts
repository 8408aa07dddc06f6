import type { BudgetRaise } from '../records/record-facts.js';

/** What a run waits for; every wait can be named. Times are ISO strings. */
export type Wait =
  | {
      readonly for: 'timer';
      readonly timer: 'delay' | 'retry';
      readonly until: string;
      readonly step: string;
    }
  | { readonly for: 'signal'; readonly signal: string; readonly until?: string; readonly step: string }
  | { readonly for: 'review'; readonly reviewId: string; readonly step?: string }
  /** `childBudget`: what of the budget is set aside for the child, in the units that are limited. */
  | {
      readonly for: 'run';
      readonly runId: string;
      readonly step: string;
      readonly key: string;
      readonly childBudget?: BudgetRaise;
    }
  /** `since`: the last record that was known when the budget did not suffice. */
  | { readonly for: 'budget'; readonly step?: string; readonly since?: number }
  | { readonly for: 'resume'; readonly reason: string };
