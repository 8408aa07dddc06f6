import type { OpenReviewMaximums } from '../limits/index.js';
import { type Duration, milliseconds } from '../clock/index.js';

/** The longest time for which others have to wait, in milliseconds: a week. */
export const longestClaim = 7 * 86_400_000;

/** The module's option `reviews`. */
export interface ReviewsOptions {
  /** How long a claim lasts where nothing else is said: at most a week. @default '15m' */
  readonly claim?: Duration | undefined;
  /** How many may be open at once: above that, what asks for more pauses until there is room. The same in all processes. */
  readonly maxOpen?: OpenReviewMaximums | undefined;
  /** Draws the reviews of `@HumanReview({ sample })`. The same in all processes; at least 16 characters that nobody can guess. */
  readonly samplingSecret?: string | undefined;
}

/** How reviews are worked on. */
export class ReviewSettings {
  /** Milliseconds that a claim lasts where nothing else is said. */
  readonly claim: number;

  constructor({ claim = '15m' }: ReviewsOptions = {}) {
    this.claim = milliseconds(claim);
  }
}
