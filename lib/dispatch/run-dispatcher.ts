import type { LiveChannel } from './live-channel.js';

/** A hint that somebody should look at a run. It may be lost, doubled or come out of order without harm. */
export interface Wake {
  readonly runId: string;
  readonly reason: 'created' | 'inbox' | 'due' | 'released' | 'poison-candidate';
  /** Higher first. @default 0 */
  readonly priority?: number;
}

/** Brings wakes to workers. */
export abstract class RunDispatcher {
  /** Never throws: a lost wake is found by the sweep. */
  abstract dispatch(wakes: readonly Wake[]): void;
  /** Begins to hand wakes to `handler`; at most `concurrency` at a time. */
  abstract listen(
    handler: (wake: Wake) => Promise<void>,
    concurrency: number,
    /** Wakes the driver of the run in this process; false if there is none. */
    nudge?: (wake: Wake) => boolean,
  ): Promise<void>;
  /** How processes tell one another at once what agents are saying. @default none: only listeners in the same process hear it */
  liveChannel?(): LiveChannel | undefined;
  /** Takes no new wakes; resolves when the running ones are done or the time is over. */
  abstract close(timeoutMs: number): Promise<void>;
}
