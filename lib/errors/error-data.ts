import {
  boundedData,
  boundedText,
  isInstance,
  maskedText,
  mostCauses,
  readProperty,
  textLimits,
} from '../text/index.js';
import type { ErrorCode } from './error-codes.js';
import { errorFactsOf, OrchestrationError } from './orchestration-error.js';

/** An error as it is in a record. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  /** Of an `OrchestrationError`; `'USER'` for whatever else user code throws. */
  readonly code: ErrorCode;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly stack?: string;
  readonly cause?: ErrorData;
}

const unreadable: ErrorData = {
  name: 'UnreadableError',
  message: 'What was thrown cannot be read: its properties throw. Throw an Error.',
  code: 'USER',
};

/**
 * Any thrown thing, also one that is not an `Error`, as plain JSON of at most 48 kB (`textLimits`): texts that are too long
 * are cut and marked, what is unreadable is left out. Never throws.
 */
export function toErrorData(thrown: unknown): ErrorData {
  try {
    return fitting(dataOf(thrown, 0));
  } catch {
    return unreadable;
  }
}

function dataOf(thrown: unknown, depth: number): ErrorData {
  if (!isInstance(thrown, Error)) return { name: 'NonError', message: describe(thrown), code: 'USER' };
  const stack = readProperty(thrown, 'stack');
  const errors = readProperty(thrown, 'errors');
  const parts = Array.isArray(errors) && isInstance(thrown, AggregateError) ? errors : [];
  const cause = readProperty(thrown, 'cause') ?? (parts.length > 0 ? readProperty(parts, '0') : undefined);
  return {
    name: textOf(thrown, 'name', textLimits.name) ?? 'Error',
    message: messageOf(thrown, parts),
    code: isInstance(thrown, OrchestrationError) ? codeOf(thrown) : 'USER',
    ...(isInstance(thrown, OrchestrationError) ? detailsOf(thrown) : {}),
    ...(typeof stack === 'string' ? { stack: maskedText(stack, textLimits.stack) } : {}),
    ...(cause === undefined || cause === null || depth >= mostCauses
      ? {}
      : { cause: dataOf(cause, depth + 1) }),
  };
}

/** Leaves out what matters least until the whole is small enough. */
function fitting(data: ErrorData): ErrorData {
  if (sizeOf(data) <= textLimits.error) return data;
  const withoutCauseStacks = { ...data, ...(data.cause ? { cause: withoutStack(data.cause) } : {}) };
  if (sizeOf(withoutCauseStacks) <= textLimits.error) return withoutCauseStacks;
  const { cause: _, ...alone } = data;
  return alone;
}

function sizeOf(data: ErrorData): number {
  return Buffer.byteLength(JSON.stringify(data));
}

/** An error without its stack, and without those of its causes. */
export function withoutStack({ stack: _, cause, ...data }: ErrorData): ErrorData {
  return { ...data, ...(cause ? { cause: withoutStack(cause) } : {}) };
}

function messageOf(thrown: Error, parts: readonly unknown[]): string {
  const message = textOf(thrown, 'message', textLimits.message) ?? '';
  if (parts.length === 0) return message;
  const named = parts.slice(0, mostCauses).map((part) => textOf(part, 'message', 512) ?? describe(part));
  return boundedText(
    `${message} (${parts.length} errors: ${named.join('; ')}${parts.length > named.length ? '; …' : ''})`,
    textLimits.message,
  );
}

function textOf(thrown: unknown, key: string, limit: number): string | undefined {
  const value = readProperty(thrown, key);
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' || typeof value === 'function'
    ? maskedText(JSON.stringify(boundedData(value, limit)), limit)
    : maskedText(value, limit);
}

/** A class of the host's may leave it out, or make it anything. */
function codeOf(thrown: OrchestrationError): ErrorCode {
  const code = readProperty(thrown, 'code');
  return typeof code === 'string' ? (boundedText(code, 128) as ErrorCode) : 'USER';
}

/** The recorded error again as something to throw: name, code, details and message as they were. */
export function errorOf(data: ErrorData): RestoredError {
  return new RestoredError(data);
}

/** An error read back from the journal. `name` and `code` are those of the class that was thrown. */
export class RestoredError extends OrchestrationError {
  readonly code: ErrorCode;

  constructor(readonly data: ErrorData) {
    super(data.message, {
      ...(data.cause ? { cause: errorOf(data.cause) } : {}),
      ...(data.details ? { details: data.details } : {}),
    });
    this.name = data.name;
    this.code = data.code;
    if (data.stack) this.stack = data.stack;
  }
}

function describe(thrown: unknown): string {
  const isPlain = (typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null;
  const text = isPlain ? thrown : JSON.stringify(boundedData(thrown, textLimits.message));
  return maskedText(text, textLimits.message);
}

/** Details are facts for programs: what is not JSON is left out or marked. */
function detailsOf(error: OrchestrationError): { readonly details?: Readonly<Record<string, unknown>> } {
  const details = errorFactsOf(readProperty(error, 'details'));
  return Object.keys(details).length > 0 ? { details } : {};
}

/** What was thrown, if it is an error; else an error that says what it was. */
export function asError(thrown: unknown): Error {
  return isInstance(thrown, Error) ? thrown : new Error(toErrorData(thrown).message);
}
