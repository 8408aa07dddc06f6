import type { Instrumentation } from '../scope/index.js';
import type { FailPoints } from './fail-points.js';

export interface JournalOptions {
  /** Bytes that the payload of one record may have. @default two values of the default limit, and 64 KiB around them */
  readonly recordLimit?: number;
  /** Where tests let a process die. @default nowhere */
  readonly faults?: FailPoints;
  /** Watches commits. @default none */
  readonly instrumentation?: Instrumentation | undefined;
}
