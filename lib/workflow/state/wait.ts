import type { BudgetRaise } from '../records/record-facts.js';

/** What a run waits for; every wait can be named. Times are ISO strings. */
export type Wait =
  | {
      readonly for: 'timer';
      readonly timer: 'delay' | 'retry' | 'rate';
      readonly until: string;
      readonly step: string;
      /** Of `rate`: key of the call whose turn it is then, and whose limit it keeps to. */
      readonly call?: string;
      readonly rate?: string;
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
  /** A budget that many runs share: until its next window, or until it is raised. */
  | ({ readonly for: 'budget'; readonly step?: string; readonly until?: string } & LimitWait)
  /** The kill switch has stopped it. */
  | ({ readonly for: 'killswitch'; readonly step?: string } & LimitWait)
  /** Too many questions wait for people. */
  | ({ readonly for: 'reviews'; readonly step?: string } & LimitWait)
  /** Too many calls are in flight. */
  | ({ readonly for: 'calls'; readonly step: string } & LimitWait)
  | { readonly for: 'resume'; readonly reason: string };

/** What a wait says of a limit that holds for many runs. */
export interface LimitWait {
  /** Which one, in words: `tool sendMail`. */
  readonly limit: string;
  /** Of the limit when it stopped the call: once that has risen, it may be another one. */
  readonly generation: number;
  /** The last record that was known then. */
  readonly since: number;
}
