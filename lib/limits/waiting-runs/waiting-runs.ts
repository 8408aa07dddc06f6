/** A run that nobody holds and that waits until a limit has room. */
export interface WaitingRun {
  readonly runId: string;
  readonly tenant: string | undefined;
  /** Id of the principal of the run. */
  readonly user: string | undefined;
  /** As its wait names it: `open reviews of tenant acme`, `calls of tool sendMail`. */
  readonly limit: string;
}

/** The runs that wait until limits have room: what wakes them is not a time, and no change of the limit. */
export abstract class WaitingRuns {
  /**
   * The oldest first.
   * @param limits what the names of the limits begin with
   * @param most of each limit and tenant, so that none hides another
   */
  abstract list(limits: string, most: number): Promise<readonly WaitingRun[]>;

  /** Makes runs due that nobody holds. */
  abstract wake(runIds: readonly string[]): Promise<void>;
}
