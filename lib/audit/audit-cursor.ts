import { InputValidationError } from '../errors/index.js';
import type { Page } from '../journal/index.js';
import type { RunRecord } from '../workflow/index.js';
import type { AuditFilter } from './audit-reader.js';

const largestPage = 1000;

/** A record's place in the order of all records. */
export interface Position {
  readonly at: string;
  readonly runId: string;
  readonly seq: number;
}

export function pageSize({ limit = 100 }: AuditFilter): number {
  return Math.max(1, Math.min(Math.trunc(limit), largestPage));
}

/** A page of `size` from records of which one more than that was looked for. */
export function pageOf(records: readonly RunRecord[], size: number): Page<RunRecord> {
  const items = records.slice(0, size);
  const last = items.at(-1);
  return records.length > size && last ? { items, next: cursorOf(last) } : { items };
}

function cursorOf({ at, runId, seq }: Position): string {
  return Buffer.from([at, runId, seq].join('|')).toString('base64url');
}

/** @throws {InputValidationError} if it is no cursor of a page */
export function positionOf(cursor: string): Position {
  const [at = '', runId = '', seq] = Buffer.from(cursor, 'base64url').toString().split('|');
  if (Number.isNaN(Date.parse(at)) || runId === '' || !Number.isInteger(Number(seq))) {
    throw new InputValidationError(`'${cursor}' is no cursor: pass "next" of the page before as it is`);
  }
  return { at, runId, seq: Number(seq) };
}

export function byPosition(a: Position, b: Position): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.runId !== b.runId) return a.runId < b.runId ? -1 : 1;
  return a.seq - b.seq;
}
