import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Bucket, takeFrom } from './bucket.js';
import { type RateAsk, RateBuckets, type RateTaken } from './rate-buckets.js';
import { RateLimiter } from './rate-limiter.js';

/** Buckets that answer after a moment, and give a fourth of the limit to be at hand. */
class SlowBuckets extends RateBuckets {
  asked = 0;
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly now: () => number) {
    super();
  }

  /** Milliseconds of each call. */
  readonly pruned: number[] = [];

  async prune(age: number): Promise<void> {
    this.pruned.push(age);
  }

  async take(asks: readonly RateAsk[]): Promise<readonly RateTaken[]> {
    this.asked += asks.length;
    await new Promise((resolve) => setImmediate(resolve));
    return asks.map((ask) => {
      const spare = Math.max(0, Math.floor(ask.capacity / 4) - ask.amount);
      const { bucket, taken, wait } = takeFrom(this.buckets.get(ask.key), { ...ask, spare }, this.now());
      this.buckets.set(ask.key, bucket);
      return { taken, wait };
    });
  }
}

const ana = { principal: { id: 'ana', roles: [], tenant: 'acme' }, tenant: 'acme' };

describe('rate limits in one process', () => {
  let now: number;
  let buckets: SlowBuckets;
  beforeEach(() => {
    now = 0;
    buckets = new SlowBuckets(() => now);
  });
  const limiterOf = (requests: number) =>
    new RateLimiter([{ scope: 'tenant', requests, window: '1h' }], buckets, { now: () => now });
  const admitted = async (limiter: RateLimiter, count: number) => {
    const all = Array.from({ length: count }, () => limiter.admitStart('mail', ana));
    return (await Promise.allSettled(all)).filter(({ status }) => status === 'fulfilled').length;
  };

  it('let many that come at once through with what one of them has taken', async () => {
    expect(await admitted(limiterOf(1_000), 200)).toBe(200);
    expect(buckets.asked).toBe(1);
  });

  it('let through exactly what there is, however many come at once', async () => {
    expect(await admitted(limiterOf(100), 300)).toBe(100);
  });

  it('forget what nobody has asked for in a long time, and not what is owed', async () => {
    const limiter = limiterOf(100);
    expect(await admitted(limiter, 1)).toBe(1);
    await limiter.prune();
    expect(await admitted(limiter, 24)).toBe(24);
    expect(buckets.asked).toBe(1);
    now += 1_001;
    await limiter.prune();
    expect(buckets.pruned).toEqual([3_600_000, 3_600_000]);
    // What was at hand is lost with it, and nothing more is let through.
    expect(await admitted(limiter, 100)).toBe(75);
  });

  it('give back what was at hand for too long, and lose nothing by it', async () => {
    const limiter = limiterOf(100);
    for (let turn = 0; turn < 100; turn++) {
      expect(await admitted(limiter, 1)).toBe(1);
      now += 1_001;
    }
    // A hundred in a hundred seconds, while less than three more have come.
    expect(await admitted(limiter, 10)).toBeLessThanOrEqual(3);
  });

  it('take nothing from one limit where another one refuses', async () => {
    const limits = [
      { scope: 'tenant', requests: 5, window: '1h' },
      { scope: 'workflow', requests: 1, window: '1h' },
    ] as const;
    const limiter = new RateLimiter(limits, buckets, { now: () => now });
    const start = (workflow: string) =>
      limiter.admitStart(workflow, ana).then(
        () => true,
        () => false,
      );
    expect([await start('a'), await start('a'), await start('a'), await start('a')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect([await start('b'), await start('c'), await start('d'), await start('e')]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(await start('f')).toBe(false);
  });
});
