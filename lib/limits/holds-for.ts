import { composed } from '../values/index.js';

/** Whom a limit is for: each of its scope, or only one. */
export interface Aimed {
  readonly scope: string;
  readonly for?: string | undefined;
}

/**
 * Whether a limit holds for one of its scope. A limit for one takes the place of that for each.
 * @param isAlike whether another limit is of the same kind otherwise: of the same window, say
 */
export function holdsForOne<L extends Aimed>(
  limits: readonly L[],
  limit: L,
  name: string,
  isAlike: (other: L) => boolean,
): boolean {
  if (limit.for !== undefined) return isFor(limit, name);
  return !limits.some((other) => isFor(other, name) && other.scope === limit.scope && isAlike(other));
}

/** Principals and tenants have their names in one form (NFC); limits are declared as they are typed. */
function isFor(limit: Aimed, name: string): boolean {
  return limit.for !== undefined && composed(limit.for) === composed(name);
}
