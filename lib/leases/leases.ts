import type { RunRow } from '../journal/index.js';
import type { JsonValue } from '../values/index.js';

/** `lost`: this worker was declared dead or removed; it must stop everything and register again. */
export interface Heartbeat {
  readonly outcome: 'ok' | 'lost';
  /** The database's time, ISO, for the worker's clock skew. */
  readonly databaseNow: string;
  /** Held runs with unread inbox messages. */
  readonly unread: readonly string[];
}

/** One worker process that is registered. */
export interface WorkerInfo {
  readonly id: string;
  readonly host: string;
  readonly processId: number;
  readonly startedAt: Date;
  /** By the database's clock. */
  readonly heartbeatAt: Date;
  /** Its heartbeat is recent enough. The runs of one that is not alive are taken over by others. */
  readonly alive: boolean;
  /** Ids of the runs that it holds, oldest first, at most 1000. */
  readonly runs: readonly string[];
  /** What it was doing at its last heartbeat: how many runs it drives, and the steps that have taken longest. */
  readonly inFlight: JsonValue;
}

/** How many runs of a workflow may be held at once, by all processes together. Workflows that are not named have no limit. */
export type ConcurrencyLimits = Readonly<Record<string, number>>;

/**
 * Take-overs without progress after which a run is a poison candidate: it may be what its workers died of. What is held beside a
 * poison candidate would be counted with it, so each worker drives one poison candidate at a time.
 */
export const poisonThreshold = 3;

export interface ClaimOptions {
  /** Takes also a finished run, for a retry or an erasure, and leaves its status as it is. @default false */
  readonly finished?: boolean;
  /** Takes also a poison candidate. @default false */
  readonly poisonCandidate?: boolean;
  /** A run of a workflow that has reached its limit is not taken. Exact, also among racing claimers. @default none */
  readonly limits?: ConcurrencyLimits;
}

/** Who works on what: worker rows, claims by epoch. */
export abstract class Leases {
  /** Identifies this process's worker row; set by `register`. */
  abstract readonly workerId: string;
  /** Inserts the worker row; a former one of this object goes. On a single-process database, also frees every run of former processes. */
  abstract register(): Promise<void>;
  /** One statement: renews this worker's row. `inFlight`: what it is doing, for people who look. */
  abstract heartbeat(inFlight?: JsonValue): Promise<Heartbeat>;
  /** Takes the run if nobody alive holds it and it isn't finished; the claimed row (with its new epoch), or undefined. */
  abstract claim(runId: string, options?: ClaimOptions): Promise<RunRow | undefined>;
  /**
   * Gives a run back without a record (drain): it is due at once.
   * @param counts it could not go on for a reason of its own, which counts like the death of its worker
   */
  abstract release(runId: string, epoch: number, counts?: boolean): Promise<void>;
  /**
   * Ids of runs that somebody should take: pending, due, with unread inbox, or of dead workers. Bounded.
   * Of limited workflows no more than there are slots, and no poison candidates.
   * @param definitions hashes; or names of workflows whose runs are taken whatever definition they began with
   */
  abstract due(limit: number, definitions: readonly string[], limits?: ConcurrencyLimits): Promise<string[]>;
  /** A poison candidate that somebody should take, by chance one of several: so that no two workers insist on the same one. */
  abstract poisonCandidate(definitions: readonly string[]): Promise<string | undefined>;
  /** The format of a run that somebody should take, and that this release does not know; undefined if there is none. */
  abstract unknownFormat(definitions: readonly string[]): Promise<number | undefined>;
  /** Looks for workers whose death can be seen before their heartbeat is too old, and frees what they held. */
  abstract reapDead(): Promise<void>;
  /**
   * What this worker held as `former`, when it was declared dead though it lived, has not taken it with it: whoever has
   * counted that counts one less, and what nobody has taken yet is free.
   */
  abstract revertRecoveryCount(former: string, runIds: readonly string[]): Promise<void>;
  /**
   * Runs that wait for a limit which has changed since it stopped them are due at once.
   * @param all also for limits that have changed long ago
   */
  abstract wakeLimited(all: boolean): Promise<void>;
  /** When the next waiting run is due, ISO, or undefined. */
  abstract nextWake(): Promise<string | undefined>;
  /** Every registered worker, the oldest first, with what it holds. */
  abstract workers(): Promise<WorkerInfo[]>;
  /** Marks the worker row as gone; its runs are free at once. */
  abstract unregister(): Promise<void>;
}
