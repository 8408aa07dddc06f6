import { type ErrorCode, OrchestrationError } from '../../errors/index.js';
import { requestedDelay } from '../../gate/index.js';

/**
 * Why a model has not answered. `overloaded`: too many requests, or it asks to come later; `unavailable`: no connection, an error of the
 * vendor's, a lost or broken answer; `timeout`: its time was over; `context-length`: the request is longer than its window; `refused`:
 * everything that would be the same again: a setting, a key, an unknown model.
 */
export type FallbackReason = 'overloaded' | 'unavailable' | 'timeout' | 'context-length' | 'refused';

export const fallbackReasons: readonly FallbackReason[] = [
  'overloaded',
  'unavailable',
  'timeout',
  'context-length',
  'refused',
];

/** Too many requests; and 529, by which Anthropic says that it is overloaded. */
const overloaded: ReadonlySet<unknown> = new Set([429, 503, 529]);

/**
 * What a provider fails with: an answer that did not come, or not in time, and what a provider of the host's throws to say
 * that it has asked nobody, or wants to be asked later. By code, since an error that comes back from the journal has another class.
 * @returns undefined for everything else
 */
export function fallbackReasonOf(error: unknown): FallbackReason | undefined {
  if (!(error instanceof OrchestrationError)) return undefined;
  const { details } = error;
  switch (error.code satisfies ErrorCode) {
    case 'STEP_TIMEOUT':
      return 'timeout';
    case 'RETRY_AFTER':
      return 'overloaded';
    case 'NOT_PERFORMED':
      return 'unavailable';
    case 'MODEL_CALL_FAILED':
      if (details['reason'] === 'context-length') return 'context-length';
      if (details['transient'] !== true) return 'refused';
      return overloaded.has(details['status']) || requestedDelay(error) !== undefined
        ? 'overloaded'
        : 'unavailable';
    default:
      return undefined;
  }
}

/** Whether it says something about the model, and not about what it was asked. */
export function isOfItsHealth(reason: FallbackReason | undefined): boolean {
  return reason === 'overloaded' || reason === 'unavailable' || reason === 'timeout';
}
