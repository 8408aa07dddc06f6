import type { Page } from '../../values/index.js';
import { isVisible, type Visibility } from '../../scope/index.js';
import type { RunFilter, RunRow } from '../journal.js';
import { type MemoryRun, rowOf } from './memory-store.js';
import { runPageOf, runPageSize, runPositionOf } from '../run-page.js';

/** Runs by filter, newest first. */
export function listRuns(
  runs: readonly MemoryRun[],
  filter: RunFilter,
  visible: Visibility = {},
): Page<RunRow> {
  const after = filter.cursor === undefined ? undefined : runPositionOf(filter.cursor);
  const found = runs
    .map(({ row }) => row)
    .filter((row) => matches(row, filter) && isVisible({ ...row, owner: row.principal?.id }, visible))
    .toSorted(newestFirst)
    .filter((row) => !after || newestFirst(after, row) < 0);
  const page = runPageOf(found, runPageSize(filter));
  return { ...page, items: page.items.map((row) => rowOf({ row })) };
}

function newestFirst(a: Pick<RunRow, 'createdAt' | 'id'>, b: Pick<RunRow, 'createdAt' | 'id'>): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0);
}

function matches(row: RunRow, filter: RunFilter): boolean {
  const statuses = typeof filter.status === 'string' ? [filter.status] : filter.status;
  return (
    (filter.workflow === undefined || row.workflow === filter.workflow) &&
    (statuses === undefined || statuses.includes(row.status)) &&
    (filter.tag === undefined || row.tags.includes(filter.tag)) &&
    (filter.principal === undefined || row.principal?.id === filter.principal) &&
    (filter.tenant === undefined || row.tenant === filter.tenant) &&
    (filter.parentRunId === undefined || row.parentRunId === filter.parentRunId) &&
    (filter.from === undefined || row.createdAt >= filter.from) &&
    (filter.to === undefined || row.createdAt < filter.to)
  );
}
