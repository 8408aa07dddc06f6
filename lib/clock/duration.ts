import ms from 'ms';

/** `'500ms'`, `'10s'`, `'2d'`, or a number of milliseconds. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}`;

/** Milliseconds of a duration. @throws {RangeError} if it isn't a finite duration of zero or more. */
export function milliseconds(duration: Duration): number {
  const value = typeof duration === 'number' ? duration : ms(duration as ms.StringValue);
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new RangeError(
      `'${String(duration)}' is not a duration: write a number of milliseconds or e.g. '500ms', '10s', '5m', '2h', '1d'`,
    );
  }
  return value;
}
