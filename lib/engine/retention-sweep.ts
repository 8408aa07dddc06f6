import type { Retention } from '../audit/index.js';
import type { CallCache } from '../cache/index.js';
import type { Clock } from '../clock/index.js';

/** Runs that go in one statement: few enough to hold no locks for long. */
const batch = 100;

/** Batches of one sweep: what is left goes with the next. */
const mostBatches = 50;

/** Lets runs go that ended longer ago than `audit.retention`, and what later ones would be given of theirs. */
export class RetentionSweep {
  constructor(
    private readonly retention: Retention,
    private readonly cache: CallCache,
    private readonly clock: Clock,
    /** Milliseconds. */
    private readonly keep: number,
  ) {}

  /** @returns how many runs went */
  async sweep(): Promise<number> {
    const before = new Date(this.clock.now() - this.keep);
    let gone = 0;
    for (let count = 0; count < mostBatches; count += 1) {
      const expired = await this.retention.expire(before, batch);
      gone += expired;
      if (expired < batch) break;
    }
    // Also of those that went before a crash.
    await this.cache.removeOrphans();
    return gone;
  }
}
