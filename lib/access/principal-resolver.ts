import type { Principal } from '../values/index.js';

/** Knows principals as they are today. Runs last longer than sessions: who has started one may have left since. */
export abstract class PrincipalResolver {
  /**
   * Asked when a run goes on after a wait, and before something irreversible; an answer holds for a minute.
   * @returns the principal with the roles of today; undefined if it is disabled, and its runs are to be paused
   */
  abstract current(principal: Principal): Principal | undefined | Promise<Principal | undefined>;
}
