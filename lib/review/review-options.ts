import type { Principal } from '../values/index.js';

export interface ReviewerOptions {
  /**
   * Who acts, where no caller is known: in scripts, jobs and tests. Inside a request or a run nobody but the caller
   * can be named, so that a field of a request body never decides who has decided.
   * @default the current principal
   */
  readonly by?: Principal | undefined;
}

export interface DecisionOptions extends ReviewerOptions {
  /** For the records, and for `@Feedback()` after a rejection. */
  readonly reason?: string | undefined;
  /** What to put in place of the proposal: of an edit or an answer. */
  readonly value?: unknown | undefined;
  /** `proposedHash` of what was shown, to refuse the decision if it has been replaced since. */
  readonly proposedHash?: string | undefined;
}
