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
    /** Tells whoever drives the run right now; false if nobody here does. */
    nudge?: (wake: Wake) => boolean,
  ): Promise<void>;
  /**
   * Sets places aside for runs that begin in this process without a wake, at most that many.
   * @returns how many; none where wakes go to whoever is free
   */
  reserve(_count: number): number {
    return 0;
  }

  /** Gives places back that were set aside and are not needed. */
  giveBack(_count: number): void {}

  /** Has a run take a place that was set aside, until `work` has ended. */
  begin(_runId: string, work: () => Promise<void>): void {
    void work();
  }

  /** Takes no new wakes; resolves when the running ones are done or the time is over. */
  abstract close(timeoutMs: number): Promise<void>;
}
