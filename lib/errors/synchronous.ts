import { readProperty } from '../text/index.js';

/**
 * What a callback of the host's gave back, which must not be a promise: a promise is always true, and its rejection
 * would be nobody's.
 * @param what names the callback: `the \`when\` of SupportTicketWorkflow.draft`
 * @throws {TypeError} if it is a promise
 */
export function synchronous<T>(value: T, what: string): T {
  const then = typeof value === 'object' && value !== null ? readProperty(value, 'then') : undefined;
  if (typeof then !== 'function') return value;
  Promise.resolve(value).catch(() => undefined);
  throw new TypeError(
    `${what} gives a promise: it has to answer at once, from what it is given. Do what takes time in a step before it.`,
  );
}
