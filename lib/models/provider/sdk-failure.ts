import { causesOf, type ModelCallOutcome, OrchestrationError } from '../../errors/index.js';
import { boundedText, isInstance, readProperty, textLimits } from '../../text/index.js';
import { connectionFault, isConnectionFault, faultMessage } from './connection-fault.js';
import { truncatedAnswer, providerFailure } from './provider-failure.js';
import { rejectedSetting, type SettingNames } from './provider-options.js';
import type { HeaderReader } from './retry-after.js';

type ErrorClass = abstract new (...args: never[]) => Error;

/** Error classes of an official SDK. Those of OpenAI and Anthropic are made by one generator, which hangs them on the class of the client. */
export interface SdkErrors {
  readonly APIError: ErrorClass;
  readonly APIConnectionError: ErrorClass;
  readonly APIUserAbortError: ErrorClass;
}

/** One request through an SDK. */
export interface SdkRequest {
  /** `openai/gpt-5-mini` */
  readonly model: string;
  readonly signal: AbortSignal;
  readonly errors: SdkErrors;
  /** What was sent, and what its fields are called in our options: so that a refusal names the option. */
  readonly sent?: { readonly body: object; readonly vendor: string; readonly names: SettingNames };
}

/** What an SDK answers, its failures as ours. */
export async function fromSdk<T>(request: SdkRequest, ask: () => PromiseLike<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw sdkFailure(error, request, 'not-sent');
  }
}

/** Each event of a stream of an SDK, its failures as ours. After an abort the SDKs just end: here that is an error, too. */
export async function* eachFromSdk<T>(request: SdkRequest, events: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    for await (const event of events) yield event;
  } catch (error) {
    throw sdkFailure(error, request, 'unknown');
  }
  request.signal.throwIfAborted();
}

/**
 * What an SDK has thrown, as our error: what the API answered, what became of the connection, an answer that is not JSON;
 * and all else, which is not a failure of the vendor, and which no attempt would change. An abort stays what it is.
 * @param outcome of a request that failed for a reason of the SDK's own
 */
export function sdkFailure(
  thrown: unknown,
  request: SdkRequest,
  outcome: ModelCallOutcome = 'unknown',
): unknown {
  const { model, signal, errors } = request;
  if (signal.aborted) return signal.reason;
  if (isInstance(thrown, OrchestrationError)) return thrown;
  if (isInstance(thrown, errors.APIUserAbortError)) return ownFailure(thrown, model, 'unknown');
  const isOfApi = isInstance(thrown, errors.APIError) && !isInstance(thrown, errors.APIConnectionError);
  if (isOfApi || isReported(thrown)) return apiFailure(thrown, request, isOfApi);
  if (isInstance(thrown, errors.APIConnectionError) || isConnectionFault(thrown))
    return providerFailure({ model, message: storyOf(thrown), cause: thrown, ...connectionFault(thrown) });
  // What SDKs parse are answers. By name: JSON.parse of another realm throws its own class.
  if (readProperty(thrown, 'name') === 'SyntaxError')
    return truncatedAnswer(model, `the answer is not valid JSON (${faultMessage(thrown)})`, thrown);
  return ownFailure(thrown, model, outcome);
}

/** Kinds of error that stay, whatever the status says: also events inside a stream carry them, without a status. */
const lasting: ReadonlySet<string> = new Set([
  'insufficient_quota',
  'invalid_request_error',
  'authentication_error',
  'permission_error',
  'not_found_error',
  'request_too_large',
  'billing_error',
]);

/** An error that an answer with status 200 holds, in the form of the SDKs' errors. */
function isReported(thrown: unknown): boolean {
  const body = readProperty(thrown, 'error');
  return isInstance(thrown, Error) && 'status' in thrown && typeof body === 'object' && body !== null;
}

/**
 * What the API answered.
 * @param isOfApi whether the status is HTTP's
 */
function apiFailure(thrown: unknown, { model, sent }: SdkRequest, isOfApi: boolean): OrchestrationError {
  const given = readProperty(thrown, 'status');
  const status = typeof given === 'number' ? given : undefined;
  const headers = readProperty(thrown, 'headers');
  const { message, kinds, code, field } = bodyOf(readProperty(thrown, 'error'));
  const advice = isHeaders(headers) ? headers.get('x-should-retry') : null;
  const isLasting = kinds.some((kind) => lasting.has(kind));
  const isRefusal = (status ?? code) === 400 || (status ?? code) === 422;
  const setting =
    isRefusal && sent
      ? rejectedSetting({ field, message: message ?? '' }, sent.body, sent.vendor, sent.names)
      : undefined;
  return providerFailure({
    model,
    setting,
    kinds,
    // The SDKs begin theirs with the status.
    message: message ?? faultMessage(thrown).replace(`${status} `, ''),
    status: status ?? code,
    headers: isHeaders(headers) ? headers : undefined,
    cause: thrown,
    // Both vendors tell their SDKs in this header what they think of another attempt.
    transient: isLasting ? false : advice === 'true' ? true : advice === 'false' ? false : undefined,
    // An event of a stream that had begun: nobody knows how far the vendor had come.
    ...(isOfApi && status !== undefined ? {} : { outcome: 'unknown' as const }),
  });
}

/** OpenAI's SDK gives the inner error, Anthropic's the whole body `{ type: 'error', error }`. */
function bodyOf(body: unknown): {
  message?: string;
  kinds: string[];
  code?: number | undefined;
  field: unknown;
} {
  const inner = readProperty(body, 'error');
  const error = typeof inner === 'object' && inner !== null ? inner : body;
  const [message, code, type] = ['message', 'code', 'type'].map((name) => readProperty(error, name));
  return {
    ...(typeof message === 'string' && message !== '' ? { message } : {}),
    // OpenAI names the field that it refuses.
    field: readProperty(error, 'param'),
    kinds: [code, type].filter((each) => typeof each === 'string'),
    // OpenRouter and others: a status in place of a name.
    code: typeof code === 'number' && code >= 400 && code <= 599 ? code : undefined,
  };
}

/** The SDK's own, or of what the application has given it: no key, a header that can't be sent, a bug. */
function ownFailure(thrown: unknown, model: string, outcome: ModelCallOutcome): OrchestrationError {
  // Which quotes the header, and that may be the key.
  const isOfHeader = /header value/i.test(faultMessage(thrown));
  const message = isOfHeader
    ? 'a header has a value that can not be sent: check the API key'
    : storyOf(thrown);
  return providerFailure({
    model,
    message: `the SDK threw ${nameOf(thrown)}: ${message}`,
    ...(isOfHeader ? {} : { cause: thrown }),
    transient: false,
    outcome,
  });
}

function nameOf(thrown: unknown): string {
  const [name, maker] = [readProperty(thrown, 'name'), readProperty(thrown, 'constructor')];
  return String([name === 'Error' ? undefined : name, readProperty(maker, 'name'), 'an error'].find(isText));
}

/** The messages of an error and its causes, each once. */
function storyOf(thrown: unknown): string {
  const messages = new Set(causesOf(thrown).map(faultMessage).filter(isText));
  if (messages.size === 0) return boundedText(thrown, textLimits.line);
  return [...messages].map((message) => message.replace(/\.$/, '')).join(': ');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isHeaders(value: unknown): value is HeaderReader {
  return typeof readProperty(value, 'get') === 'function';
}
