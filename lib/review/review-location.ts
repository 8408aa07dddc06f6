import type { Review } from '../database/index.js';

/** A review in a sentence: `review r-1 (step draft of support-ticket, run …)`. */
export function reviewLocation(review: Review): string {
  const step = review.step === null ? '' : `step ${review.step} of `;
  return `review ${review.id} (${step}${review.workflow}, run ${review.runId})`;
}
