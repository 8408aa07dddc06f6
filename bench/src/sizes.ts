/** How much of everything is done in one round. */
export interface Sizes {
  readonly rounds: number;
  /** Runs one after another. */
  readonly alone: number;
  /** Times that 50, and 200, runs are let go at once. */
  readonly waves: number;
  readonly fanOuts: number;
  /** Runs one after another in memory. */
  readonly inMemory: number;
  /** Finished and waiting runs that lie in the tables for the workloads with history. */
  readonly finished: number;
  readonly waiting: number;
  /** Runs in flight when the process is killed. */
  readonly killed: number;
}

export const full: Sizes = {
  rounds: 5,
  alone: 200,
  waves: 6,
  fanOuts: 20,
  inMemory: 2_000,
  finished: 100_000,
  waiting: 10_000,
  killed: 200,
};

/** To see that everything works; its figures mean nothing. */
export const quick: Sizes = {
  rounds: 1,
  alone: 5,
  waves: 1,
  fanOuts: 2,
  inMemory: 10,
  finished: 500,
  waiting: 50,
  killed: 20,
};
