import ms from 'ms';

/** `'500ms'`, `'10s'`, `'2d'`, or a number of milliseconds. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}`;

/** 100 years of 365 days, in milliseconds: whatever is due after that fits no calendar of a database, and is a slip. */
export const longestDuration = 100 * 365 * 86_400_000;

/** Milliseconds of a duration. @throws {RangeError} if it isn't a duration of zero to 100 years. */
export function milliseconds(duration: Duration): number {
  const value = typeof duration === 'number' ? duration : parsed(duration);
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new RangeError(
      `'${String(duration)}' is not a duration: write a number of milliseconds or e.g. '500ms', '10s', '5m', '2h', '1d', at most a hundred years`,
    );
  }
  if (value > longestDuration) throw new RangeError(`'${String(duration)}' is longer than 100 years`);
  return value;
}

/** Of text that it does not know, `ms` says so in one of two ways. */
function parsed(text: string): number | undefined {
  try {
    return ms(text as ms.StringValue);
  } catch {
    return undefined;
  }
}
