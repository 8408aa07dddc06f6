/** What `Headers` of fetch can do. */
export interface HeaderReader {
  get(name: string): string | null;
}

/**
 * Milliseconds that the vendor asks to wait: `retry-after-ms`, else `Retry-After` in seconds or as a date (RFC 9110, 10.2.3).
 * A date counts from the answer's own `Date`, so that a wrong local clock does no harm.
 */
export function retryAfterOf(headers: HeaderReader, now: () => number = Date.now): number | undefined {
  const exact = number(headers.get('retry-after-ms'));
  if (exact !== undefined) return exact;
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const seconds = number(value);
  if (seconds !== undefined) return seconds * 1000;
  const until = Date.parse(value);
  if (Number.isNaN(until)) return undefined;
  const sent = Date.parse(headers.get('date') ?? '');
  return Math.max(0, until - (Number.isNaN(sent) ? now() : sent));
}

function number(text: string | null): number | undefined {
  if (text === null || text.trim() === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
