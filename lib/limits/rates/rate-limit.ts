import type { RatePolicy } from '../../scope/index.js';

/** Whose requests are counted together. Of `user`: of one user of a tenant; of `step`: by workflow and step. */
export type RateScope = 'tenant' | 'user' | 'workflow' | 'step' | 'tool' | 'model' | 'agent';

export const rateScopes: readonly RateScope[] = [
  'tenant',
  'user',
  'workflow',
  'step',
  'tool',
  'model',
  'agent',
];

/** How much of something may begin in a time. */
export interface RateLimit extends RatePolicy {
  /**
   * Of `tenant`, `user` and `workflow`, `requests` are starts of runs and calls outside of runs; of `step`, `tool`, `model` and
   * `agent` they are calls. `tokens` are those of models: of all calls by the scope.
   */
  readonly scope: RateScope;
  /** Only that one, in place of the limit for each: a tenant, the id of a user, a name; of a step `support-ticket.draft`. */
  readonly for?: string | undefined;
}
