import type { Review } from 'nestjs-nestor';

/** A work item for a support lead. */
export class ReviewView {
  id!: string;
  runId!: string;
  /** `output`: is this draft good; `call`: may this be done; others as the engine needs them. */
  kind!: string;
  status!: string;
  step!: string | null;
  title!: string | null;
  instructions!: string | null;
  /** Why a person is asked, where a guardrail or an error asks. */
  cause!: string | null;
  proposed!: unknown;
  /** Send it along with the decision: then it holds for exactly what you saw. */
  proposedHash!: string;
  /** JSON Schema of what an edit may look like. */
  form!: unknown;
  /** Of which one is needed to decide. */
  roles!: string[];
  choices!: string[];
  expiresAt!: Date | null;
  claimedBy!: string | null;
  claimedUntil!: Date | null;
  choice!: string | null;
  reason!: string | null;
  decidedBy!: string | null;

  static of(review: Review): ReviewView {
    const { id, runId, kind, status, step, title, instructions, cause, proposed, proposedHash, form } =
      review;
    const { roles, choices, expiresAt, claimedBy, claimedUntil, choice, reason, decidedBy } = review;
    const asked = { id, runId, kind, status, step, title, instructions, cause, proposed, proposedHash, form };
    return { ...asked, roles, choices, expiresAt, claimedBy, claimedUntil, choice, reason, decidedBy };
  }
}

/** What became of one of many reviews. */
export class DecidedReview {
  id!: string;
  ok!: boolean;
  /** Why not. */
  message?: string;
}
