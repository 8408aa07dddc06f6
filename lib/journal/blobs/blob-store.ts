/** Bytes that belong to a run and are too large for its records: they hold the hash. */
export interface Blob {
  /** Hexadecimal SHA-256 of the bytes. */
  readonly hash: string;
  readonly bytes: Uint8Array;
}

/** Keeps bytes beside the records of runs, each once for each run. They go with the run. */
export abstract class BlobStore {
  /** Resolves when they are on disk; those that are there already stay as they are. */
  abstract put(runId: string, blobs: readonly Blob[]): Promise<void>;
  /** Undefined where the run has none of that hash. */
  abstract get(runId: string, hash: string): Promise<Uint8Array | undefined>;
  /** Gives one run all that another has: for forks. */
  abstract copy(from: string, to: string): Promise<void>;
}
