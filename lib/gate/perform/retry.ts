import { isAskedWait } from '../../clock/index.js';
import {
  causesOf,
  type ErrorCode,
  isTransientStatus,
  logSafely,
  synchronous,
  toErrorData,
} from '../../errors/index.js';
import type { RetryPolicy } from '../../scope/index.js';
import { readProperty } from '../../text/index.js';

/** Failures of these kinds would be the same again. */
const never: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'NON_RETRYABLE',
  'INPUT_VALIDATION',
  'OUTPUT_VALIDATION',
  'INCOMPLETE_ANSWER',
  'AGENT_STOPPED',
  'PAYLOAD',
  'CONTEXT_OVERFLOW',
  'ACCESS_DENIED',
  'GUARDRAIL_BLOCKED',
  'BUDGET_EXCEEDED',
  'KILL_SWITCH',
  'IN_DOUBT',
  'REVIEW_REJECTED',
  'STEP_CLOSED',
  'LEASE_LOST',
  'RUN_CANCELLED',
  'UNKNOWN_WORKFLOW',
  'INVALID_OPTIONS',
]);

/** Whether another attempt may help: everything but errors that say of themselves, or of their cause, that it won't. */
export function isRetryable(error: unknown): boolean {
  for (const one of causesOf(error)) {
    const { code, status, transient } = factsOf(one);
    if (transient !== undefined) return transient;
    if (code !== undefined && never.has(code as ErrorCode)) return false;
    if (status !== undefined && status >= 400 && status < 500) return isTransientStatus(status);
  }
  return true;
}

/** Milliseconds that the other side asked to wait, if it did. */
export function requestedDelay(error: unknown): number | undefined {
  for (const one of causesOf(error)) {
    const { retryAfter } = factsOf(one);
    if (retryAfter !== undefined) return retryAfter;
  }
  return undefined;
}

/**
 * Milliseconds until the next attempt, or undefined if there is none.
 * Exponential backoff with full jitter: AWS Architecture Blog, "Exponential Backoff And Jitter", 2015.
 * @param failures attempts made so far, at least 1
 * @param random from 0 to 1
 * @param timeLeft milliseconds; an attempt that could only begin later is not waited for
 */
export function nextDelay(
  policy: RetryPolicy,
  error: unknown,
  failures: number,
  random: number,
  timeLeft = Infinity,
): number | undefined {
  if (failures >= policy.attempts) return undefined;
  if (!isRetryable(error) || !isWanted(policy, error)) return undefined;
  const backoff = Math.min(policy.maxDelay, policy.initialDelay * policy.factor ** (failures - 1));
  const part = policy.jitter === 'full' ? backoff * random : backoff;
  const wait = Math.max(Math.round(part), requestedDelay(error) ?? 0);
  return wait < timeLeft ? wait : undefined;
}

/** A `retryOn` that throws, or gives a promise, has not said yes. Never throws. */
function isWanted({ retryOn }: RetryPolicy, error: unknown): boolean {
  if (!retryOn) return true;
  try {
    return Boolean(synchronous(retryOn(error), '`retryOn`'));
  } catch (fault) {
    logSafely(
      'error',
      `There is no other attempt after "${toErrorData(error).message}", since \`retryOn\` could not judge it: ${toErrorData(fault).message}`,
    );
    return false;
  }
}

interface Facts {
  readonly code?: unknown;
  readonly status?: number;
  readonly transient?: boolean;
  readonly retryAfter?: number;
}

/** Whatever was thrown may have getters that throw. Never throws itself. */
function factsOf(error: object): Facts {
  const details = readProperty(error, 'details');
  const response = readProperty(error, 'response');
  const status = [
    readProperty(error, 'status'),
    readProperty(error, 'statusCode'),
    readProperty(details, 'status'),
    readProperty(response, 'status'),
  ].find((one) => typeof one === 'number');
  const retryAfter = [readProperty(error, 'retryAfter'), readProperty(details, 'retryAfter')].find(
    isAskedWait,
  );
  const transient = readProperty(details, 'transient');
  return {
    code: readProperty(error, 'code'),
    ...(status === undefined ? {} : { status }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(typeof transient === 'boolean' ? { transient } : {}),
  };
}
