import type { Clock } from '../../clock/index.js';
import { RateLimitExceededError } from '../../errors/index.js';
import type { RateSubject } from '../../scope/index.js';
import { SerialQueue } from '../../values/index.js';
import { bucketsOf, type Called, measured, type MeasuredLimit, type RateBucket } from './rate-asks.js';
import type { RateBuckets } from './rate-buckets.js';
import type { RateLimit } from './rate-limit.js';

/** Milliseconds for which what was taken from a bucket may be used; then it goes back, with the next that is taken. */
const handy = 1_000;

/** Who starts something. */
export type Starter = Pick<RateSubject, 'principal' | 'tenant'>;

/** What is wanted of a bucket. Whole. */
export interface RateWant {
  readonly bucket: RateBucket;
  readonly amount: number;
}

/** `wait`: milliseconds until it is there. */
export type RateOutcome =
  | {
      readonly outcome: 'granted';
      readonly grant: RateGrant;
      readonly wait: number;
      readonly bucket?: RateBucket;
    }
  | { readonly outcome: 'refused'; readonly bucket: RateBucket; readonly wait: number };

/** What one call has taken. */
export interface RateGrant {
  /** It was not made: all of it goes back. */
  cancel(): void;
  /** It has ended: tokens that it has not used go back, and those that it has used beyond what was taken are owed. */
  settle(tokens: number): void;
}

/** What of a bucket is at hand in this process. Less than nothing, where more was used than was taken. */
interface Lease {
  level: number;
  /** Milliseconds since the epoch. */
  until: number;
}

/** Rate limits, as this process keeps to them. */
export class RateLimiter {
  private readonly leases = new Map<string, Lease>();
  private known: readonly MeasuredLimit[] | undefined;
  /** One behind the other: what the one before has taken to be at hand is enough for many, and each would take as much. */
  private readonly takes = new SerialQueue();

  constructor(
    private readonly given: readonly RateLimit[],
    private readonly buckets: RateBuckets,
    private readonly clock: Pick<Clock, 'now'>,
    /** Those of decorators. Asked once, when something is about to begin. */
    private readonly declared: () => readonly RateLimit[] = () => [],
  ) {}

  get isEmpty(): boolean {
    return this.limits.length === 0;
  }

  /** Whether steps have limits of their own. */
  get limitsSteps(): boolean {
    return this.limits.some(({ scope }) => scope === 'step');
  }

  private get limits(): readonly MeasuredLimit[] {
    this.known ??= measured([...this.given, ...this.declared()]);
    return this.known;
  }

  /** What a call wants of its buckets. @param tokens the most that it may use */
  wantsOfCall(subject: RateSubject, called: Called, tokens: number): RateWant[] {
    return bucketsOf(this.limits, subject, 'call', called)
      .map((bucket) => ({ bucket, amount: bucket.unit === 'requests' ? 1 : tokens }))
      .filter(({ amount }) => amount > 0);
  }

  /** What starts want of their buckets. */
  wantsOfStart(workflow: string, starter: Starter, count: number): RateWant[] {
    return bucketsOf(this.limits, { ...starter, workflow }, 'start').map((bucket) => ({
      bucket,
      amount: count,
    }));
  }

  /** Lets runs start, or calls outside of runs. @throws {RateLimitExceededError} later, if there are too many */
  async admitStart(workflow: string, starter: Starter, count = 1): Promise<void> {
    const outcome = await this.take(this.wantsOfStart(workflow, starter, count), false);
    if (outcome.outcome === 'refused')
      throw rateLimitError(`The start of ${workflow}`, outcome.bucket, outcome.wait);
  }

  /** Takes all of it, or nothing. @param mayOwe takes also what is not there yet: then it has to be waited for */
  take(wants: readonly RateWant[], mayOwe: boolean): RateOutcome | Promise<RateOutcome> {
    const missing = wants.filter((want) => !this.takeAtHand(want));
    if (missing.length > 0) return this.takes.run(() => this.takeMissing(wants, missing, mayOwe));
    return { outcome: 'granted', grant: this.grantOf(wants), wait: 0 };
  }

  /** Forgets what nobody has asked for in a long time, here and for all processes. */
  async prune(): Promise<void> {
    const now = this.clock.now();
    // What was used beyond what was taken stays owed.
    for (const [key, { level, until }] of this.leases)
      if (until <= now && level >= 0) this.leases.delete(key);
    if (!this.isEmpty) await this.buckets.prune(Math.max(...this.limits.map(({ span }) => span)));
  }

  private async takeMissing(
    wants: readonly RateWant[],
    missing: readonly RateWant[],
    mayOwe: boolean,
  ): Promise<RateOutcome> {
    const found = await this.takeFromBuckets(
      missing.filter((want) => !this.takeAtHand(want)),
      mayOwe,
    );
    const refused = found.filter(({ taken }) => taken === 0);
    const [worst] = (refused.length > 0 ? refused : found).toSorted((a, b) => b.wait - a.wait);
    if (refused.length > 0 && worst) {
      for (const want of wants)
        if (!refused.some((one) => one.want === want)) this.giveBack(want, want.amount);
      return { outcome: 'refused', bucket: worst.want.bucket, wait: worst.wait };
    }
    const grant = this.grantOf(wants);
    return {
      outcome: 'granted',
      grant,
      wait: worst?.wait ?? 0,
      ...(worst ? { bucket: worst.want.bucket } : {}),
    };
  }

  private grantOf(wants: readonly RateWant[]): RateGrant {
    return {
      cancel: () => {
        for (const want of wants) this.giveBack(want, want.amount);
      },
      settle: (tokens) => this.settle(wants, tokens),
    };
  }

  private takeAtHand({ bucket, amount }: RateWant): boolean {
    const lease = this.leases.get(bucket.key);
    if (!lease || lease.until <= this.clock.now() || lease.level < amount) return false;
    lease.level -= amount;
    return true;
  }

  private async takeFromBuckets(wants: readonly RateWant[], mayOwe: boolean) {
    if (wants.length === 0) return [];
    const asks = wants.map(({ bucket: { key, capacity, window }, amount }) => {
      const returned = this.leases.get(key)?.level ?? 0;
      this.leases.delete(key);
      return { key, amount, capacity, window, returned, mayOwe };
    });
    const taken = await this.buckets.take(asks);
    return wants.map((want, index) => {
      const { taken: all = 0, wait = 0 } = taken[index] ?? {};
      if (all > want.amount) this.giveBack(want, all - want.amount);
      return { want, taken: all, wait };
    });
  }

  private giveBack({ bucket: { key } }: RateWant, amount: number): void {
    const lease = this.leases.get(key);
    const until = this.clock.now() + handy;
    if (lease) Object.assign(lease, { level: lease.level + amount, until });
    else this.leases.set(key, { level: amount, until });
  }

  private settle(wants: readonly RateWant[], tokens: number): void {
    for (const want of wants)
      if (want.bucket.unit === 'tokens' && want.amount !== tokens) this.giveBack(want, want.amount - tokens);
  }
}

/** What is refused, and when there is room. @param what `Mail.send → tool send` @param wait milliseconds */
export function rateLimitError(what: string, bucket: RateBucket, wait: number): RateLimitExceededError {
  const { owner, unit, capacity, window } = bucket;
  return new RateLimitExceededError(
    `${what} was refused: ${owner} has ${capacity} ${capacity === 1 ? unit.slice(0, -1) : unit} each ${window / 1_000} s, and they are used up. Try again in ${Math.ceil(wait / 1_000)} s.`,
    { retryAfter: wait, details: { owner, unit, limit: capacity, window } },
  );
}
