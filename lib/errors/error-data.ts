import { type ErrorCode, OrchestrationError } from './orchestration-error.js';

/** An error as it stands in a record. */
export interface ErrorData {
  readonly name: string;
  readonly message: string;
  /** Of an `OrchestrationError`; `'USER'` for whatever else user code throws. */
  readonly code: ErrorCode;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly stack?: string;
  readonly cause?: ErrorData;
}

/** Causes nested deeper than this are cut off. */
const deepestCause = 5;

/** Any thrown thing, also one that is no `Error`, as plain data. Never throws. */
export function toErrorData(thrown: unknown, depth = 0): ErrorData {
  if (!(thrown instanceof Error)) return { name: 'NonError', message: describe(thrown), code: 'USER' };
  return {
    name: thrown.name,
    message: thrown.message,
    code: thrown instanceof OrchestrationError ? thrown.code : 'USER',
    ...(thrown instanceof OrchestrationError ? detailsOf(thrown) : {}),
    ...(thrown.stack === undefined ? {} : { stack: thrown.stack }),
    ...(thrown.cause === undefined || depth >= deepestCause
      ? {}
      : { cause: toErrorData(thrown.cause, depth + 1) }),
  };
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
  if (typeof thrown === 'string') return thrown;
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

/** Details are facts for programs: what is no JSON is left out. */
function detailsOf(error: OrchestrationError): { readonly details?: Readonly<Record<string, unknown>> } {
  if (Object.keys(error.details).length === 0) return {};
  try {
    return { details: JSON.parse(JSON.stringify(error.details)) as Readonly<Record<string, unknown>> };
  } catch {
    return {};
  }
}
