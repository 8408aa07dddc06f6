import type { Page } from '../journal/index.js';
import type { Actor, RecordType, RunRecord } from '../workflow/index.js';

/** Times are of the records; `to` is exclusive. */
export interface TimeRange {
  readonly from?: Date;
  readonly to?: Date;
}

export interface AuditFilter extends TimeRange {
  readonly runId?: string;
  readonly type?: RecordType | readonly RecordType[];
  readonly step?: string;
  /** Id of the person, model, code or service. */
  readonly actor?: string;
  readonly actorKind?: Actor['kind'];
  /** @default 100, at most 1000 */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

/** Reads records across runs. Records of one run are the journal's to read. */
export abstract class AuditReader {
  /** In order of time, then of run and `seq`. */
  abstract find(filter: AuditFilter): Promise<Page<RunRecord>>;
  /** Ids of the runs that have records in the range, or were created in it, above `after`, in order; also where their row or their records are gone. */
  abstract runIds(range: TimeRange, after: string | undefined, limit: number): Promise<string[]>;
}
