import type { CacheEntry, CachePlace } from '../../cache/index.js';
import type { AbortSource } from '../perform/abort-source.js';

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
    /** The attempt that makes it. */
    readonly owner: object,
    /** Milliseconds that its result may be given again. */
    readonly ttl: number,
    private readonly ended: () => void,
  ) {}

  /** Never rejects. @param stop by which it is not waited for any more: it is gone then */
  async outcome(stop: AbortSource): Promise<FlightOutcome> {
    if (this.landed) return this.landed;
    return new Promise((resolve) => {
      const ignore = stop.listen(() => resolve({ kind: 'gone' }));
      this.waiting.push((outcome) => {
        ignore();
        resolve(outcome);
      });
    });
  }

  /** Told again, it is not heard. */
  land(outcome: FlightOutcome): void {
    if (this.landed) return;
    this.landed = outcome;
    this.ended();
    for (const resolve of this.waiting.splice(0)) resolve(outcome);
  }
}
