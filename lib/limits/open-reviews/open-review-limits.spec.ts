import { describe, expect, it } from '@jest/globals';
import { OpenReviewCounts } from './open-review-counts.js';
import { OpenReviewLimits } from './open-review-limits.js';

const owner = { runId: 'run', tenant: undefined, user: undefined };

/** Reviews come to disk, and so become the run's, while somebody asks what is on disk. */
class ArrivingReviews extends OpenReviewCounts {
  constructor(private readonly ofRun: Map<string, boolean>) {
    super();
  }

  async count(_scope: unknown, _owner: unknown, announced: readonly string[]) {
    for (const id of announced) this.ofRun.set(id, true);
    return { open: announced.length, stored: announced };
  }
}

describe('limits of open reviews', () => {
  it('count reviews of a run that come to disk while it is asked how many there are', async () => {
    const ofRun = new Map<string, boolean>();
    const waiting = { list: async () => [], wake: async () => undefined };
    const limits = new OpenReviewLimits({ run: 2 }, new ArrivingReviews(ofRun), waiting, { now: () => 0 });
    const taken = await Promise.all(['a', 'b', 'c', 'd'].map((id) => limits.take(id, owner, ofRun)));
    expect(taken.map((full) => full?.name)).toEqual([
      undefined,
      undefined,
      'open reviews of run run',
      'open reviews of run run',
    ]);
  });
});
