import { type CursorPosition, writeCursor } from './cursor.js';

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
