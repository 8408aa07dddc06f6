import type { RateSubject } from '../../scope/index.js';

/** Whose calls are counted together. */
export type ConcurrencyScope = 'tenant' | 'model' | 'tool';

export const concurrencyScopes: readonly ConcurrencyScope[] = ['tenant', 'model', 'tool'];

/** How many calls of models and tools may be in flight at the same time, in all processes together. */
export interface ConcurrencyLimit {
  /** Each tenant, for all that its runs call; each model; each tool. */
  readonly scope: ConcurrencyScope;
  /** Only that one, in place of the limit for each: a tenant, `openai/gpt-5-mini`, the name of a tool. */
  readonly for?: string | undefined;
  /** At least 1. */
  readonly calls: number;
  /**
   * What of a call that finds no room. `wait`: until there is, up to a second in the process, longer while the run is given back.
   * Calls outside of runs are refused after the second.
   * @default 'wait'
   */
  readonly onExceeded?: 'wait' | 'fail' | undefined;
  /** Splits the limit further: by what it gives. @default one limit for each of the scope */
  readonly key?: ((subject: RateSubject) => string | undefined) | undefined;
  /** What does not count. @default everything counts */
  readonly skipIf?: ((subject: RateSubject) => boolean) | undefined;
}
