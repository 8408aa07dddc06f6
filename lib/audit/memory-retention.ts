import type { MemoryStore } from '../journal/index.js';
import { Retention } from './retention.js';

export class MemoryRetention extends Retention {
  constructor(private readonly store: MemoryStore) {
    super();
  }

  async expire(before: Date, limit: number): Promise<number> {
    const expired = [...this.store.runs.values()]
      .map(({ row }) => row)
      .filter(({ finishedAt, workerId }) => workerId === null && finishedAt !== null && finishedAt < before)
      .toSorted((a, b) => Number(a.finishedAt) - Number(b.finishedAt))
      .slice(0, limit);
    for (const { id } of expired) {
      this.store.runs.delete(id);
      this.store.blobs.delete(id);
      for (const [reviewId, { runId }] of this.store.reviews)
        if (runId === id) this.store.reviews.delete(reviewId);
    }
    return expired.length;
  }
}
