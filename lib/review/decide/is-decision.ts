import type { Review } from '../../database/index.js';
import { canonicalJson, type JsonValue, type Principal } from '../../values/index.js';
import type { Choice } from '../../workflow/index.js';

/** What somebody wants to decide. The value has passed as JSON. */
export interface WantedDecision {
  readonly choice: Choice;
  readonly value: unknown;
}

/** Whether a review has ended by what this person wants to say. */
export function isDecision(review: Review, by: Principal, { choice, value }: WantedDecision): boolean {
  const written = review.decisions.at(-1)?.value ?? null;
  return (
    review.status === 'decided' &&
    review.decidedBy === by.id &&
    review.choice === choice &&
    canonicalJson(written) === canonicalJson((value ?? null) as JsonValue)
  );
}
