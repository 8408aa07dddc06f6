import type { Page } from '../values/index.js';
import type { Review, ReviewComment, ReviewDecision } from '../database/index.js';
import type { PostedMessage } from '../journal/index.js';
import type { ReviewMetrics, ReviewMetricsFilter } from './metrics/review-metrics.js';
import type { EscalationStage, Visibility } from '../scope/index.js';
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

/** Who works on a review from now on. */
export interface ClaimWrite {
  readonly review: Review;
  /** Id of who says so: nobody else may hold it. */
  readonly by: string;
  /** Id of who works on it; null: nobody any more. */
  readonly holder: string | null;
  /** Milliseconds for which others wait. */
  readonly duration: number;
  /** Whom it asks from now on. @default those that it asks */
  readonly users?: readonly string[];
}

/** What becomes of a review that nobody decided in time. */
export type ExpiryWrite =
  | { readonly review: Review; readonly outcome: 'reject' | 'approve' }
  | { readonly review: Review; readonly outcome: 'escalate'; readonly stage: EscalationStage };

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
   * Only while open, unexpired, claimed by nobody else, of the same proposal, with as many decisions as the given row has, and by
   * somebody who has not shaped the run. A decision ends its claim. People who have written something in place of the proposal have shaped it from then on.
   */
  abstract decide(write: DecisionWrite, message: PostedMessage): Promise<boolean>;
  /** Only while open and claimed by nobody else, and by and for somebody who has not shaped the run. */
  abstract claim(write: ClaimWrite, message: PostedMessage): Promise<boolean>;
  /** Figures of the reviews of a period, by what has asked for them. @param visible only of those */
  abstract metrics(filter: ReviewMetricsFilter, visible: ReviewVisibility): Promise<ReviewMetrics[]>;
  /** Only while open. */
  abstract comment(review: Review, comment: ReviewComment, message: PostedMessage): Promise<boolean>;
  /** Open reviews whose time is over, by the database's clock. */
  abstract overdue(limit: number): Promise<Review[]>;
  /** Only while open and overdue. An escalation ends a claim. */
  abstract expire(write: ExpiryWrite, message: PostedMessage): Promise<boolean>;
  /** Open reviews of which those that they ask are to be reminded, by the database's clock. */
  abstract unreminded(limit: number): Promise<Review[]>;
  /** Only while open and due. The next reminder is due one interval from now. */
  abstract remind(review: Review, message: PostedMessage): Promise<boolean>;
}
