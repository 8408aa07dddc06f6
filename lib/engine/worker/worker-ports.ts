import type { Clock } from '../../clock/index.js';
import type { RunDispatcher, RunSlots } from '../../dispatch/index.js';
import type { Journal } from '../../journal/index.js';
import type { Leases, PeerProcesses } from '../../leases/index.js';
import type { Instrumentation } from '../../scope/index.js';
import type { RunRecord } from '../../workflow/index.js';
import type { Attempts } from '../attempt/attempts.js';
import type { EditedInputCheck } from '../start/edited-input-check.js';
import type { LocalSettlements } from '../observe/local-settlements.js';
import type { RunSurroundings } from '../drive/run-surroundings.js';
import type { Definitions } from './definitions.js';
import type { Lease } from './lease.js';

/** What a worker drives its runs with. */
export interface WorkerPorts {
  readonly journal: Journal;
  readonly leases: Leases;
  readonly peers: PeerProcesses;
  readonly dispatcher: RunDispatcher;
  readonly slots: RunSlots;
  readonly definitions: Definitions;
  readonly attempts: Attempts;
  readonly editedInput: EditedInputCheck;
  readonly lease: Lease;
  readonly clock: Clock;
  readonly settlements: LocalSettlements;
  readonly surroundings: RunSurroundings;
  /** Limits that wake the runs which wait for room, once there is some. */
  readonly waited: readonly { wake(): Promise<void> }[];
  readonly payloadLimit: number;
  readonly instrumentation?: Instrumentation | undefined;
  published(runId: string, records: readonly RunRecord[]): void;
}
