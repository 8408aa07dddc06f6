import { isAskedWait } from '../../clock/index.js';

/** What `Headers` of fetch can do. */
export interface HeaderReader {
  get(name: string): string | null;
}

/**
 * Milliseconds that the vendor asks to wait: `retry-after-ms`, else `Retry-After` in seconds or as a date (RFC 9110, 10.2.3).
 * A date counts from the answer's own `Date`, so that a wrong local clock does no harm. What is neither, or is longer than
 * a year, is ignored.
 */
export function retryAfterOf(headers: HeaderReader, now: () => number = Date.now): number | undefined {
  const value = headers.get('retry-after');
  const until = dateOf(value);
  const waits = [
    decimal(headers.get('retry-after-ms')),
    seconds(value),
    until === undefined ? undefined : Math.max(0, until - (dateOf(headers.get('date')) ?? now())),
  ];
  return waits.find(isAskedWait);
}

function seconds(text: string | null): number | undefined {
  const value = decimal(text);
  return value === undefined ? undefined : value * 1000;
}

/** `Number` also reads `1e3`, `0x10` and nothing at all. RFC 9110 has whole seconds; some vendors send fractions. */
function decimal(text: string | null): number | undefined {
  const digits = text?.trim() ?? '';
  return /^\d+(?:\.\d+)?$/.test(digits) ? Number(digits) : undefined;
}

/** The three forms of RFC 9110, 5.6.7. `Date.parse` alone would also make a date of `-5`. */
const dateForms = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
];
const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

function dateOf(text: string | null): number | undefined {
  const value = text?.trim() ?? '';
  const isDate = asctime.test(value) || dateForms.some((form) => form.test(value));
  if (!isDate) return undefined;
  const date = Date.parse(asctime.test(value) ? `${value} GMT` : value);
  return Number.isNaN(date) ? undefined : date;
}
