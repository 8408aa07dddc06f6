/** What every workload runs: the shape is the same on every engine. */
export const shape = {
  /** Steps of a run, one after another. */
  steps: 10,
  /** Parallel steps between a first and a last one. */
  width: 100,
  /** What each step hands on. */
  payload: 'x'.repeat(200),
  /** How long a step takes in the workload that is killed, in milliseconds. */
  slowStep: 20,
} as const;

export interface EngineOptions {
  /** The engine's own database. Absent: it keeps its runs in memory. */
  readonly url?: string;
  /** What a step of a recoverable run does to the world. */
  readonly effect: Effect;
}

/** Leaves a trace that step `step` of run `run` was performed. */
export type Effect = (run: string, step: number) => Promise<void>;

/** One engine under measurement. Every method of running resolves when its runs have ended. */
export interface Engine {
  /** With its version, as the page prints it. */
  readonly name: string;
  open(): Promise<void>;
  /** A run of ten steps. */
  runSequential(): Promise<void>;
  /** That many runs of ten steps at once. */
  runMany(runs: number): Promise<void>;
  /** One step, then a hundred parallel ones, then one that reads them all. */
  fanOut(): Promise<void>;
  /** Leaves that many runs behind which wait for somebody. */
  park?(runs: number): Promise<void>;
  /** Begins runs of ten slow steps, each with an effect, and comes back as soon as they go. */
  begin?(ids: readonly string[]): Promise<void>;
  /** Takes up what a killed process has left: as the engine's documentation says. */
  recover?(ids: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** Where an engine keeps its runs, so that history can be multiplied inside the database. */
export interface Storage {
  /** The table with one row a run (or at least one), and the column with its id. */
  readonly runs: TableOfRuns;
  readonly others: readonly TableOfRuns[];
}

export interface TableOfRuns {
  readonly table: string;
  readonly id: string;
}

export interface EngineModule {
  create(options: EngineOptions): Engine;
}
