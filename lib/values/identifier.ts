import { v5, v7 } from 'uuid';

/** Namespace of ids that are derived from others: a random UUID, fixed for ever. */
const namespace = 'c6d7c1b6-4f3e-4b52-9d1a-6a0f0c3f6b11';

/** A new UUID version 7: sorts by time. */
export function newId(): string {
  return v7();
}

/** The same UUID for the same parts: what must not exist twice gets its id this way. */
export function derivedId(...parts: readonly (string | number)[]): string {
  return v5(JSON.stringify(parts), namespace);
}
