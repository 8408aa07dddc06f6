import {
  isTransientStatus,
  ModelCallError,
  type ModelCallOutcome,
  OrchestrationError,
  withoutSecrets,
} from '../../errors/index.js';
import { boundedText, isInstance, textLimits } from '../../text/index.js';
import { faultMessage } from './connection-fault.js';
import { isContextLength } from './context-length.js';
import { type HeaderReader, retryAfterOf } from './retry-after.js';

/** What a vendor's SDK tells of a failure. */
export interface ProviderFailure {
  /** `openai/gpt-5-mini` */
  readonly model: string;
  readonly message: string;
  /** HTTP status; absent where no answer came. */
  readonly status?: number | undefined;
  readonly headers?: HeaderReader | undefined;
  readonly cause?: unknown;
  /** The option of ours that the vendor refused. */
  readonly setting?: string | undefined;
  /** What the vendor calls the error. */
  readonly kinds?: readonly string[] | undefined;
  /** Overrides what the status says. */
  readonly transient?: boolean | undefined;
  /** Overrides what the status says. */
  readonly outcome?: ModelCallOutcome | undefined;
}

/** The one error that providers throw. Without a status the connection failed, which another attempt may fix. */
export function providerFailure(failure: ProviderFailure): ModelCallError {
  const { model, status, headers, cause, outcome, setting } = failure;
  // A proxy may answer with a page of any length.
  const message = boundedText(failure.message, textLimits.line);
  // A server that sends it with status 500 would send it again.
  const isTooLong = status !== 429 && isContextLength(message, failure.kinds);
  const byStatus = !isTooLong && (status === undefined || isTransientStatus(status));
  return new ModelCallError(
    `${model} failed${status === undefined ? '' : ` with status ${status}`}: ${message}${hint(status, setting)}`,
    {
      ...(status === undefined ? {} : { status }),
      ...definedRetryAfter(headers),
      transient: failure.transient ?? byStatus,
      ...(isTooLong ? { reason: 'context-length' as const } : {}),
      ...(outcome === undefined ? {} : { outcome }),
    },
    {
      ...(cause === undefined ? {} : { cause: withoutSecrets(cause) }),
      details: { model, ...(setting === undefined ? {} : { setting }) },
    },
  );
}

/** An answer that began well and isn't whole: another attempt may bring it. */
export function truncatedAnswer(model: string, what: string, cause?: unknown): ModelCallError {
  return providerFailure({ model, message: what, cause, transient: true });
}

/** What a request holds that a provider can't say: nobody was asked, and another model may take it. */
export function notSendable(model: string, what: string): ModelCallError {
  return providerFailure({ model, message: what, transient: false, outcome: 'not-sent' });
}

/** Whatever a provider threw as an error of ours. What it threw because of an abort stays what it is. */
export function asProviderFailure(thrown: unknown, model: string, signal: AbortSignal): unknown {
  if (signal.aborted || isInstance(thrown, OrchestrationError)) return thrown;
  const message = faultMessage(thrown) || boundedText(thrown, textLimits.line);
  return providerFailure({ model, message, cause: thrown, transient: false });
}

function definedRetryAfter(headers: HeaderReader | undefined): { retryAfter?: number } {
  const retryAfter = headers && retryAfterOf(headers);
  return retryAfter === undefined ? {} : { retryAfter };
}

function hint(status: number | undefined, setting: string | undefined): string {
  if (setting !== undefined)
    return ` (this is about '${setting}': change it, or leave it out, for this model)`;
  if (status === 401 || status === 403) return ' (check the API key of this provider)';
  if (status === 404) return ' (check the name of the model and the baseURL)';
  return '';
}
