import ms from 'ms';

/** `'500ms'`, `'10s'`, `'2d'`, or a number of milliseconds. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}`;

/** A hundred years, in milliseconds: what lies beyond leaves the calendar sooner or later. */
const longest = 100 * 365.25 * 86_400_000;

/** Milliseconds of a duration. @throws {RangeError} if it isn't a duration from zero to a hundred years. */
export function milliseconds(duration: Duration): number {
  const value = typeof duration === 'number' ? duration : ms(duration as ms.StringValue);
  if (typeof value !== 'number' || !(value >= 0 && value <= longest)) {
    throw new RangeError(
      `'${String(duration)}' is not a duration: write a number of milliseconds or e.g. '500ms', '10s', '5m', '2h', '1d', at most a hundred years`,
    );
  }
  return value;
}
