import { type Page, pageOf, query, readCursor, readQuery } from '../values/index.js';
import { RunStatus } from '../workflow/index.js';
import type { RunFilter, RunRow } from './journal.js';

/** Where a page ends: the runs behind it are older, or as old and of a lower id. */
export interface RunPosition {
  readonly createdAt: Date;
  readonly id: string;
}

const largestPage = 500;

/** A filter from outside, checked. @throws {InputValidationError} naming what does not fit */
export function readRunFilter(filter: RunFilter): RunFilter {
  return readQuery(filter, rules, 'Orchestrator.find()');
}

const rules = {
  workflow: query.textField,
  status: query.someOf(Object.keys(RunStatus)),
  tag: query.textField,
  principal: query.canonicalName,
  tenant: query.canonicalName,
  parentRunId: query.id,
  from: query.time,
  to: query.time,
  limit: query.pageLimit(largestPage),
  cursor: query.textField,
} as const;

/** How many runs a page has. */
export function runPageSize({ limit = 50 }: RunFilter): number {
  return Math.min(limit, largestPage);
}

/** A page of `size` from rows of which one more than that was looked for. */
export function runPageOf(rows: readonly RunRow[], size: number): Page<RunRow> {
  return pageOf(rows, size, ({ createdAt, id }) => ({ at: createdAt.toISOString(), id }));
}

/** @throws {InputValidationError} if it is not the cursor of a page */
export function runPositionOf(cursor: string): RunPosition {
  const { at, id } = readCursor(cursor);
  return { createdAt: new Date(at), id };
}
