import type { CacheEntry, CachePlace } from '../../cache/index.js';

/** What an equal call has come to. `gone`: nobody knows, since it waits, or was stopped. */
export type FlightOutcome =
  | { readonly kind: 'result'; readonly entry: CacheEntry }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'gone' };

/** A call that others with the same key wait for. */
export class Flight {
  private landed: FlightOutcome | undefined;
  private readonly waiting: ((outcome: FlightOutcome) => void)[] = [];

  constructor(
    readonly place: CachePlace,
    /** Milliseconds that its result may be given again. */
    readonly ttl: number,
    private readonly ended: () => void,
  ) {}

  outcome(): Promise<FlightOutcome> {
    const { landed } = this;
    return landed ? Promise.resolve(landed) : new Promise((resolve) => void this.waiting.push(resolve));
  }

  /** Told again, it is not heard. */
  land(outcome: FlightOutcome): void {
    if (this.landed) return;
    this.landed = outcome;
    this.ended();
    for (const resolve of this.waiting.splice(0)) resolve(outcome);
  }
}
