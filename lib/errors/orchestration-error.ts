import type { ErrorCode } from './error-codes.js';
import { boundedData, maskSecrets, textLimits } from '../text/index.js';

export interface ErrorOptions {
  readonly cause?: unknown;
  /** Facts for programs: names, ids, issues. Kept as plain JSON of at most 16 kB, without secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Base of every error that Nestor throws. The message says what happened, where, and how to fix it; secrets that it
 * quotes (passwords in addresses, keys in queries, authorization headers) are masked, in the details too.
 */
export abstract class OrchestrationError extends Error {
  abstract readonly code: ErrorCode;
  /** Facts for programs: plain JSON of at most 16 kB, without secrets. @default `{}` */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, options: ErrorOptions = {}) {
    // A host without types may hand in anything.
    super(
      typeof message === 'string' ? maskSecrets(message) : message,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = new.target.name;
    this.details = options.details === undefined ? {} : errorFactsOf(options.details);
  }

  /** What `JSON.stringify(error)` shows: everything but stack and cause. Never throws. */
  toJSON(): { name: string; message: string; code: ErrorCode; details: unknown } {
    const { name, message, code, details } = this;
    return { name, message, code, details: errorFactsOf(details) };
  }
}

/** Details as programs, records and answers may have them: JSON of at most 16 kB without secrets. Never throws. */
export function errorFactsOf(details: unknown): Readonly<Record<string, unknown>> {
  const facts = boundedData(details, textLimits.details);
  // An object that was read is a plain one.
  return typeof facts === 'object' && facts !== null ? (facts as Readonly<Record<string, unknown>>) : {};
}
