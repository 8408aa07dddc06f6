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
  if (limit.for !== undefined) return limit.for === name;
  return !limits.some((other) => other.for === name && other.scope === limit.scope && isAlike(other));
}
