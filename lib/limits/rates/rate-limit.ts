import type { Duration } from '../../clock/index.js';
import type { Principal } from '../../values/index.js';

/** Whose requests are counted together. Of `user`: of one user of a tenant. */
export type RateScope = 'tenant' | 'user' | 'workflow' | 'tool' | 'model' | 'agent';

export const rateScopes: readonly RateScope[] = ['tenant', 'user', 'workflow', 'tool', 'model', 'agent'];

/** What is about to begin, as a rate limit sees it. */
export interface RateSubject {
  readonly principal: Principal | undefined;
  /** Of the principal, or of what the host's own code does it for. */
  readonly tenant: string | undefined;
  readonly workflow: string;
  readonly tool?: string | undefined;
  readonly model?: string | undefined;
  readonly agent?: string | undefined;
}

/**
 * How much may begin in a time. A bucket holds as much as one window allows and is filled again evenly: after a pause that much
 * may come at once.
 */
export interface RateLimit {
  /**
   * Of `tenant`, `user` and `workflow`, `requests` are starts of runs and calls outside of runs; of `tool`, `model` and `agent` they
   * are calls. `tokens` are those of models: of all calls by the scope.
   */
  readonly scope: RateScope;
  /** Only that one, in place of the limit for each: a tenant, the id of a user, a name. */
  readonly for?: string | undefined;
  /** At least 1. */
  readonly requests?: number | undefined;
  /** Input and output together: the most that a call may use is taken, and what it has not used is given back. At least 1. */
  readonly tokens?: number | undefined;
  /** Time in which the bucket is filled from empty. */
  readonly window: Duration;
  /**
   * What of a run, or of a call in one, has to keep to it comes too early. `wait`: until its turn, by a timer of the run. A start is
   * always refused.
   * @default 'wait'
   */
  readonly onExceeded?: 'wait' | 'fail' | undefined;
  /** Splits the bucket further: by what it gives. @default one bucket for each of the scope */
  readonly key?: ((subject: RateSubject) => string | undefined) | undefined;
  /** What does not count. @default everything counts */
  readonly skipIf?: ((subject: RateSubject) => boolean) | undefined;
}
