import type { Page, RunFilter, RunRow } from './journal.js';

/** Where a page ends: the runs behind it are older, or as old and of a lower id. */
export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

/** How many runs a page has. */
export function pageSize({ limit = 50 }: RunFilter): number {
  return Math.min(Math.max(Math.trunc(limit), 1), 500);
}

/** A page of `size` from rows of which one more than that was looked for. */
export function pageOf(rows: readonly RunRow[], size: number): Page<RunRow> {
  const items = rows.slice(0, size);
  const last = items.at(-1);
  return rows.length > size && last ? { items, next: cursorOf(last) } : { items };
}

/** @throws {RangeError} if the cursor is none of ours */
export function positionOf(cursor: string): Position {
  const [time, id] = Buffer.from(cursor, 'base64url').toString().split('|');
  const createdAt = new Date(Number(time));
  if (!id || Number.isNaN(createdAt.getTime())) {
    throw new RangeError(`'${cursor}' is not a cursor: pass the 'next' of the page before, unchanged`);
  }
  return { createdAt, id };
}

function cursorOf({ createdAt, id }: RunRow): string {
  return Buffer.from(`${createdAt.getTime()}|${id}`).toString('base64url');
}
