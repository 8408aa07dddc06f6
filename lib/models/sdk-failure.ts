import { errorMessage, OrchestrationError } from '../errors/index.js';
import { providerFailure } from './provider-failure.js';
import type { HeaderReader } from './retry-after.js';

/**
 * What the official SDKs of OpenAI and Anthropic throw, as our error. Both are made by one generator and throw errors of one shape;
 * it is read by its fields, so that no room below the doors needs the packages. What an abort brought about stays what it is.
 */
export function sdkFailure(thrown: unknown, model: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (thrown instanceof OrchestrationError) return thrown;
  const error = fieldsOf(thrown);
  const status = typeof error['status'] === 'number' ? error['status'] : undefined;
  const headers = isHeaders(error['headers']) ? error['headers'] : undefined;
  const { message, kind } = bodyOf(error['error']);
  return providerFailure({
    model,
    message: message ?? describe(thrown),
    status,
    headers,
    cause: thrown,
    transient: transience(thrown, kind, headers),
  });
}

/** Kinds of error that stay, whatever the status says: also events inside a stream carry them, without a status. */
const lasting = new Set([
  'insufficient_quota',
  'invalid_request_error',
  'authentication_error',
  'permission_error',
  'not_found_error',
  'request_too_large',
  'billing_error',
]);

function transience(
  thrown: unknown,
  kind: string | undefined,
  headers: HeaderReader | undefined,
): boolean | undefined {
  if (!cameFromWire(thrown)) return false;
  if (kind !== undefined && lasting.has(kind)) return false;
  // Both vendors tell their SDKs in this header what they think of another attempt.
  const advice = headers?.get('x-should-retry');
  return advice === 'true' ? true : advice === 'false' ? false : undefined;
}

/**
 * Errors of the API and of the connection have a `status`, if undefined; fetch throws a `TypeError` where a body breaks off;
 * the rest (no API key) never left the house. By name: what another realm throws is no `instanceof` of ours.
 */
function cameFromWire(thrown: unknown): boolean {
  const fields = fieldsOf(thrown);
  return 'status' in fields || fields['name'] === 'TypeError' || fields['name'] === 'SyntaxError';
}

/** OpenAI's SDK gives the inner error, Anthropic's the whole body `{ type: 'error', error }`. */
function bodyOf(body: unknown): { message?: string; kind?: string } {
  const outer = fieldsOf(body);
  const inner = typeof outer['error'] === 'object' ? fieldsOf(outer['error']) : outer;
  const { message, code, type } = inner;
  const kinds = [code, type].filter((each) => typeof each === 'string');
  const kind = kinds.find((each) => lasting.has(each)) ?? kinds[0];
  return {
    ...(typeof message === 'string' && message !== '' ? { message } : {}),
    ...(kind === undefined ? {} : { kind }),
  };
}

function describe(thrown: unknown): string {
  const { name, message, cause } = fieldsOf(thrown);
  if (typeof message !== 'string') return errorMessage(thrown);
  if (name === 'SyntaxError') return `the answer is no valid JSON (${message})`;
  const because = fieldsOf(cause)['message'];
  return typeof because === 'string' ? `${message} (${because})` : message;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function isHeaders(value: unknown): value is HeaderReader {
  return typeof fieldsOf(value)['get'] === 'function';
}
