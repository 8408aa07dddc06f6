/** Below 500, those that another attempt may change: timeout, conflict (RFC 9110), too early (RFC 8470), too many requests (RFC 6585). */
const passing: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/**
 * Statuses from 500 up that say that nothing was done: not implemented, unavailable, version not supported (RFC 9110),
 * network authentication required (RFC 6585), overloaded (Anthropic); and Cloudflare's for a server that it did not reach.
 */
const undone: ReadonlySet<number> = new Set([501, 503, 505, 511, 521, 522, 523, 525, 526, 529, 530]);

/** Statuses from 400 to 499 that may come in the middle of the work: timeout (RFC 9110), client closed request (nginx). */
const cutOff: ReadonlySet<number> = new Set([408, 499]);

/** Whether another attempt may help after an HTTP status; all of 500 and more may pass. */
export function isTransientStatus(status: number): boolean {
  return status >= 500 || passing.has(status);
}

/** What the other side has done of a request that it answered with this HTTP status, or did not answer: nothing, or nobody knows. */
export function outcomeOfStatus(status: number | undefined): 'refused' | 'unknown' {
  if (status === undefined || status < 400 || cutOff.has(status)) return 'unknown';
  return status < 500 || undone.has(status) ? 'refused' : 'unknown';
}
