import { type Page, pageOf, readCursor } from '../values/index.js';
import type { RunRecord } from '../workflow/index.js';
import { type AuditFilter, largestPage } from './audit-filter.js';

/** A record's place in the order of all records. */
export interface AuditPosition {
  readonly at: string;
  readonly runId: string;
  readonly seq: number;
}

export function auditPageSize({ limit = 100 }: AuditFilter): number {
  return Math.min(limit, largestPage);
}

/** A page of `size` from records of which one more than that was looked for. */
export function auditPageOf(records: readonly RunRecord[], size: number): Page<RunRecord> {
  return pageOf(records, size, ({ at, runId, seq }) => ({ at, id: runId, seq }));
}

/** @throws {InputValidationError} if it is not the cursor of a page */
export function auditPositionOf(cursor: string): AuditPosition {
  const { at, id, seq = 0 } = readCursor(cursor);
  return { at, runId: id, seq };
}

export function byPosition(a: AuditPosition, b: AuditPosition): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.runId !== b.runId) return a.runId < b.runId ? -1 : 1;
  return a.seq - b.seq;
}
