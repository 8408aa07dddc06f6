/** What a limit of open reviews is for. */
export type OpenReviewScope = 'run' | 'user' | 'tenant';

/** Whose reviews they are. */
export interface ReviewOwner {
  readonly runId: string;
  readonly tenant: string | undefined;
  /** Id of the principal of the run. */
  readonly user: string | undefined;
}

/** A run that waits until one of these limits has room. */
export interface RunWithoutRoom extends ReviewOwner {
  readonly scope: OpenReviewScope;
}

/** The open reviews, as they are stored. */
export abstract class OpenReviewCounts {
  /**
   * How many of an owner are open.
   * @param announced ids of reviews that are about to be stored
   * @returns `stored`: those of them that are by now, open or not
   */
  abstract count(
    scope: OpenReviewScope,
    owner: ReviewOwner,
    announced: readonly string[],
  ): Promise<{ readonly open: number; readonly stored: readonly string[] }>;

  /** Runs that nobody holds and that wait for room, the oldest first: at most so many for each limit, so that none hides another. */
  abstract waiting(mostOfEach: number): Promise<readonly RunWithoutRoom[]>;

  /** Makes runs due that nobody holds. */
  abstract wake(runIds: readonly string[]): Promise<void>;
}
