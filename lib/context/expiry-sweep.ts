import type { CallCache } from '../cache/index.js';
import type { Memories } from './memory/memories.js';

/** Rows that go in one statement: few enough to hold no locks for long. */
const batch = 500;
/** Batches of one sweep: what is left goes with the next. */
const mostBatches = 50;

/** Lets what has expired go. Nobody is given it before that either. */
export class ExpirySweep {
  constructor(
    private readonly memories: Memories,
    private readonly cache: CallCache,
    /** Most bytes of cached results. */
    private readonly cacheBytes: number,
  ) {}

  async sweep(): Promise<void> {
    for (const store of [this.memories, this.cache])
      for (let count = 0; count < mostBatches; count += 1)
        if ((await store.removeExpired(batch)) < batch) break;
    await this.cache.trim(this.cacheBytes);
  }
}
