import type { BudgetWindow } from './shared-budget.js';

/** Longer than any window, in milliseconds. */
const longest = 33 * 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * Names the window that a time is in: `2026-11-30T14+01:00`, `2026-11-30`, `2026-11`, and `ever` where there is none. Hours are
 * told with their distance from UTC, since one of them comes twice where clocks are set back.
 * @param now milliseconds since the epoch
 */
export function windowAt(now: number, window: BudgetWindow | undefined, timeZone: string): string {
  if (window === undefined) return 'ever';
  const { year, month, day, hour, minute } = partsOf(now, timeZone);
  if (window === 'month') return `${year}-${month}`;
  const date = `${year}-${month}-${day}`;
  if (window === '1d') return date;
  const local = Date.parse(`${date}T${hour}:${minute}Z`);
  return `${date}T${hour}${offsetInWords(local - Math.floor(now / 60_000) * 60_000)}`;
}

/** `+05:30`. @param offset milliseconds */
function offsetInWords(offset: number): string {
  const minutes = Math.abs(offset) / 60_000;
  return `${offset < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

/** When the window that a time is in ends, in milliseconds since the epoch; undefined where it never does. */
export function windowEnd(
  now: number,
  window: BudgetWindow | undefined,
  timeZone: string,
): number | undefined {
  if (window === undefined) return undefined;
  const current = windowAt(now, window, timeZone);
  // Names of windows do not come again, so the end is where the name changes.
  let [inside, outside] = [now, now + longest];
  while (outside - inside > 1) {
    const middle = Math.floor((inside + outside) / 2);
    if (windowAt(middle, window, timeZone) === current) inside = middle;
    else outside = middle;
  }
  return outside;
}

function partsOf(now: number, timeZone: string): Parts {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  // A format has all the parts that it was made with.
  return Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value])) as Parts;
}

type Parts = { readonly [part in 'year' | 'month' | 'day' | 'hour' | 'minute']: string };
