import type { FailPoints } from '../journal/index.js';
import type { DedicatedConnection } from './postgres/dedicated-connection.js';

/** A worker is dead when it has been silent for this long: five missed heartbeats. Milliseconds. */
export const defaultHeartbeatTimeout = 15_000;

export interface LeasesOptions {
  /** Milliseconds after which a silent worker is dead. @default 15000 */
  readonly heartbeatTimeout?: number;
  /**
   * Whether no other process can work on this database, so that whatever is held at boot is nobody's.
   * @default true on the in-process Postgres, else false
   */
  readonly singleProcess?: boolean;
  /** Holds the lock whose end tells the others that this process is gone. @default none: the heartbeat alone decides */
  readonly connection?: DedicatedConnection;
  /** Where tests let a process die. @default nowhere */
  readonly faults?: FailPoints;
}
