/** What a limit of open reviews is for. */
export type OpenReviewScope = 'run' | 'user' | 'tenant';

/** Whose reviews they are. */
export interface ReviewOwner {
  readonly runId: string;
  readonly tenant: string | undefined;
  /** Id of the principal of the run. */
  readonly user: string | undefined;
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
}
