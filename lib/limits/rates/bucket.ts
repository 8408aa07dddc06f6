/** How a bucket stands. Fractions are kept: a bucket is filled evenly. */
export interface Bucket {
  readonly level: number;
  /** Milliseconds since the epoch, when it stood so. */
  readonly at: number;
}

/** What is to be taken from a bucket. */
export interface BucketAsk {
  /** Whole; more than the bucket holds can be taken only by owing. */
  readonly amount: number;
  /** What it holds when it is full. */
  readonly capacity: number;
  /** Milliseconds in which it is filled from empty. */
  readonly window: number;
  /** What was taken before and not used. */
  readonly returned: number;
  /** Whether what is not there yet may be taken all the same: who takes it waits until it is there. */
  readonly mayOwe: boolean;
  /** As much more may be taken to have it at hand. */
  readonly spare: number;
}

export interface BucketTaken {
  readonly bucket: Bucket;
  /** `amount`, with what of `spare` there was; 0 where it was refused. */
  readonly taken: number;
  /** Milliseconds until what was taken, or asked for, is there. */
  readonly wait: number;
}

/** What a bucket holds by now. */
export function levelAt(
  { level, at }: Bucket,
  { capacity, window, returned }: BucketAsk,
  now: number,
): number {
  const filled = (Math.max(0, now - at) * capacity) / window;
  return Math.min(capacity, level + returned + filled);
}

/** Takes from a bucket; undefined for one that nobody has taken from yet, which is full. */
export function takeFrom(bucket: Bucket | undefined, ask: BucketAsk, now: number): BucketTaken {
  const { amount, capacity, window, spare } = ask;
  const level = bucket ? levelAt(bucket, ask, now) : capacity;
  const missing = Math.max(0, amount - level);
  const wait = Math.ceil((missing * window) / capacity);
  if (missing > 0 && !ask.mayOwe) return { bucket: { level, at: now }, taken: 0, wait };
  const taken = missing > 0 ? amount : amount + Math.min(spare, Math.floor(level - amount));
  return { bucket: { level: level - taken, at: now }, taken, wait };
}
