import type { Duration } from '../clock/index.js';
import type { Review } from '../database/index.js';
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

export interface ReviewClaimOptions extends ReviewerOptions {
  /** For how long others wait: at most a week. @default the module's `reviews.claim`, 15 minutes */
  readonly for?: Duration | undefined;
}

export interface DelegateOptions extends ReviewClaimOptions {
  /** Id of the principal that is to decide. Its tenant is that of the review. */
  readonly to: string;
  /** For the records. */
  readonly reason?: string | undefined;
}

/** One of many reviews that are decided alike. */
export interface SeenReview {
  readonly id: string;
  /** Of what was shown. */
  readonly proposedHash: string;
}

/** What became of one of many reviews that were decided alike. */
export type BulkDecision =
  | { readonly id: string; readonly ok: true; readonly review: Review }
  | { readonly id: string; readonly ok: false; readonly error: Error };
