import { type CursorPosition, readCursor, writeCursor } from './cursor.js';

/** One page of a longer list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Pass it as `cursor` for the next page; absent on the last. */
  readonly next?: string;
}

/** A page of `size` from what was found, of which one more than that was looked for. */
export function pageOf<T>(
  found: readonly T[],
  size: number,
  positionOf: (item: T) => CursorPosition,
): Page<T> {
  const items = found.slice(0, size);
  const last = items.at(-1);
  return found.length > size && last !== undefined
    ? { items, next: writeCursor(positionOf(last)) }
    : { items };
}

/** A page of rows that are all at hand, the newest first. @throws {InputValidationError} for what is not a cursor */
export function newestPage<T>(
  rows: readonly T[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
  positionOf: (item: T) => CursorPosition,
): Page<T> {
  const end = cursor === undefined ? undefined : keyOf(readCursor(cursor));
  const behind = rows
    .map((row) => ({ row, key: keyOf(positionOf(row)) }))
    .filter(({ key }) => end === undefined || key < end)
    .toSorted((a, b) => (a.key < b.key ? 1 : -1));
  return pageOf(
    behind.map(({ row }) => row),
    limit,
    positionOf,
  );
}

/** Positions compare as texts. */
function keyOf({ at, id }: CursorPosition): string {
  return `${at} ${id}`;
}
