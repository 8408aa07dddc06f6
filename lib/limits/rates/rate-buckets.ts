import type { BucketAsk } from './bucket.js';

export interface RateAsk extends Omit<BucketAsk, 'spare'> {
  /** `requests of user acme/ana, 60/60000`. */
  readonly key: string;
}

/** `taken`: what the process has now, to use or to give back; 0 where it was refused. `wait`: milliseconds. */
export interface RateTaken {
  readonly taken: number;
  readonly wait: number;
}

/** The buckets of rate limits, for all processes. */
export abstract class RateBuckets {
  /**
   * Takes from buckets, each by itself. Where there is plenty, some more is taken, for a second: at most a fourth of the limit, shared
   * by all workers.
   */
  abstract take(asks: readonly RateAsk[]): Promise<readonly RateTaken[]>;

  /**
   * Forgets buckets that nobody has taken from for so long: they are full again, as are those that are not there.
   * @param age milliseconds, at least the longest window
   */
  abstract prune(age: number): Promise<void>;
}
