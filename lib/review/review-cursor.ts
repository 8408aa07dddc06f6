import type { Review } from '../database/index.js';
import { InputValidationError } from '../errors/index.js';
import type { ReviewFilter } from './reviews.js';

const largestPage = 500;

export function pageSize({ limit = 50 }: ReviewFilter): number {
  return Math.max(1, Math.min(Math.trunc(limit), largestPage));
}

/** Where a page ended. Opaque to callers. */
export function cursorOf({ createdAt, id }: Review): string {
  return Buffer.from(JSON.stringify([createdAt.toISOString(), id])).toString('base64url');
}

/** @throws {InputValidationError} if it is no cursor of a page */
export function afterCursor(
  cursor: string | undefined,
): { readonly at: string; readonly id: string } | undefined {
  if (cursor === undefined) return undefined;
  try {
    const [at, id]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (typeof at === 'string' && typeof id === 'string' && !Number.isNaN(Date.parse(at))) return { at, id };
  } catch {
    // falls through to the one error that says what to do
  }
  throw new InputValidationError(`'${cursor}' is no cursor: pass "next" of the page before as it is`);
}
