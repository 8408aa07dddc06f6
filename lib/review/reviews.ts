import type { Page } from '../values/index.js';
import type { Review, ReviewComment, ReviewDecision } from '../database/index.js';
import type { PostedMessage } from '../journal/index.js';
import type { Visibility } from '../scope/index.js';
import type { JsonValue, Principal } from '../values/index.js';
import type { Choice, ReviewKind, ReviewStatus } from '../workflow/index.js';

export interface ReviewFilter {
  /** @default 'open' */
  readonly status?: ReviewStatus | 'all' | undefined;
  readonly runId?: string | undefined;
  readonly workflow?: string | undefined;
  readonly step?: string | undefined;
  readonly kind?: ReviewKind | undefined;
  readonly tenant?: string | undefined;
  readonly claimedBy?: string | undefined;
  /** Only what this person may decide. */
  readonly decidableBy?: Principal | undefined;
  /** @default 50, at most 500 */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** Which reviews a caller sees: those of runs that it sees, and those that ask it. */
export interface ReviewVisibility extends Visibility {
  readonly reviewer?: Principal | undefined;
}

/** One person's decision as it is to be written. `final`: the review ends with it. */
export interface DecisionWrite {
  readonly review: Review;
  readonly decision: ReviewDecision;
  readonly final: boolean;
  /** What the review comes to, if it ends: an approved edit is an edit. */
  readonly outcome: { readonly choice: Choice; readonly value?: JsonValue };
  /** What takes the place of the proposal, if it continues. */
  readonly replacement?: { readonly proposed: JsonValue; readonly hash: string };
}

/** What becomes of a review that nobody decided in time. */
export interface ExpiryWrite {
  readonly review: Review;
  readonly outcome: 'reject' | 'approve' | 'escalate';
}

/**
 * The review rows. They are inserted by the journal, with the records that tell of them; here they are read and
 * decided. Every change is one conditional statement together with the message to the run and the touch of its row,
 * and answers whether it took place.
 */
export abstract class Reviews {
  /** @param tenant only if it is of this one; null: of none. @default whose it is does not matter */
  abstract find(id: string, tenant?: string | null): Promise<Review | undefined>;
  /** Oldest first: it is a queue. @param visible only those */
  abstract list(filter: ReviewFilter, visible?: ReviewVisibility): Promise<Page<Review>>;
  /**
   * Only while open, unexpired, of the same proposal, with as many decisions as the given row has, and by somebody who has not
   * shaped the run. People who have written something in place of the proposal have shaped it from then on.
   */
  abstract decide(write: DecisionWrite, message: PostedMessage): Promise<boolean>;
  /** Only while open and claimed by nobody else. */
  abstract claim(review: Review, by: string, message: PostedMessage): Promise<boolean>;
  /** Only while open. */
  abstract comment(review: Review, comment: ReviewComment, message: PostedMessage): Promise<boolean>;
  /** Open reviews whose time is over, by the database's clock. */
  abstract overdue(limit: number): Promise<Review[]>;
  /** Only while open and overdue. */
  abstract expire(write: ExpiryWrite, message: PostedMessage): Promise<boolean>;
}
