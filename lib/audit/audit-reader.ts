import type { Page } from '../values/index.js';

import type { Visibility } from '../scope/index.js';
import type { RunRecord } from '../workflow/index.js';
import type { AuditFilter, TimeRange } from './audit-filter.js';

/** Reads records across runs. Records of one run are the journal's to read. */
export abstract class AuditReader {
  /** In order of time, then of run and `seq`. @param visible only of these runs */
  abstract find(filter: AuditFilter, visible?: Visibility): Promise<Page<RunRecord>>;
  /** Ids of the runs that have records in the range, or were created in it, above `after`, in order; also where their row or their records are gone. */
  abstract runIds(
    range: TimeRange,
    after: string | undefined,
    limit: number,
    visible?: Visibility,
  ): Promise<string[]>;
}
