import { defaultHeartbeatTimeout } from '../leases-options.js';

/**
 * How the life of a worker is measured, in milliseconds. All processes on one database have to agree, so it is no
 * option of the module; crash tests put shorter times in its place.
 */
export class WorkerTimes {
  /** Between two heartbeats. */
  readonly heartbeat: number = 3_000;
  /** A worker that was silent for so long is dead. */
  readonly timeout: number = defaultHeartbeatTimeout;
}
