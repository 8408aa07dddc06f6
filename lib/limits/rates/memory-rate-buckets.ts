import type { Clock } from '../../clock/index.js';
import type { MemoryStore } from '../../journal/index.js';
import { takeFrom } from './bucket.js';
import { type RateAsk, RateBuckets, type RateTaken } from './rate-buckets.js';

/** The buckets where there is no database, and one process. */
export class MemoryRateBuckets extends RateBuckets {
  constructor(
    private readonly store: MemoryStore,
    private readonly clock: Pick<Clock, 'now'>,
  ) {
    super();
  }

  async take(asks: readonly RateAsk[]): Promise<readonly RateTaken[]> {
    return asks.map((ask) => {
      const before = this.store.buckets.get(ask.key);
      const { bucket, taken, wait } = takeFrom(before, { ...ask, spare: 0 }, this.clock.now());
      this.store.buckets.set(ask.key, bucket);
      return { taken, wait };
    });
  }

  async prune(age: number): Promise<void> {
    const before = this.clock.now() - age;
    for (const [key, { level, at }] of this.store.buckets)
      if (level >= 0 && at < before) this.store.buckets.delete(key);
  }
}
