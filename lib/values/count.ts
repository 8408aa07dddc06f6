/**
 * A count that came from outside: a whole number from 0 to 2^53 - 1, or undefined where it is unknown (missing, negative,
 * fractional, not finite, not a number).
 */
export function readCount(value: unknown): number | undefined {
  // -0 is a count; it is written 0.
  return Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) + 0 : undefined;
}
