import { toErrorData } from '../../errors/index.js';
import { nextDelay } from '../../gate/index.js';
import type { RetryPolicy } from '../../scope/index.js';
import { draft, type RecordDraft, type RecordPayloads, type RecordType } from '../../workflow/index.js';
import type { StepAttempt } from './step-attempt.js';

/** What an attempt has come to: records, or a wait that is on record already. */
export type AttemptOutcome =
  { readonly kind: 'settled'; readonly drafts: readonly RecordDraft[] } | { readonly kind: 'suspended' };

/** What an attempt has come to that was stopped from outside. */
export function interrupted(attempt: StepAttempt, begun: number): AttemptOutcome {
  const drafts =
    attempt.activationState.status === 'pending'
      ? [failed(attempt, begun, attempt.stop.reason, 'interrupted')]
      : [];
  return { kind: 'settled', drafts };
}

/** The record of an attempt that has failed, and when the next one is. */
export function failed(
  attempt: StepAttempt,
  begun: number,
  error: unknown,
  how?: 'interrupted',
): RecordDraft {
  const { run, activation } = attempt;
  const now = run.now();
  const delay = how ? undefined : nextDelay(retryOf(attempt), error, activation.attempt, Math.random());
  const next = delay === undefined ? {} : { nextAttemptAt: new Date(now + delay).toISOString() };
  return attemptRecord(attempt, now, 'step.failed', {
    error: toErrorData(error),
    phase: activation.phase,
    duration: Math.max(0, now - begun),
    final: how === undefined && delay === undefined,
    ...next,
    ...(how ? { interrupted: true } : {}),
  });
}

/** The last resort, which calls nothing of the host's: the attempt could not even be told to have failed. */
export function unjudged(attempt: StepAttempt, error: unknown): RecordDraft {
  return attemptRecord(attempt, attempt.run.now(), 'step.failed', {
    error: toErrorData(error),
    phase: attempt.activation.phase,
    duration: 0,
    final: true,
  });
}

function retryOf({ definition, activation }: StepAttempt): RetryPolicy {
  return definition.effect === 'irreversible' && activation.phase === 'perform'
    ? { ...definition.retry, attempts: 1 }
    : definition.retry;
}

/** A record of what happened to the attempt. */
export function attemptRecord<T extends RecordType>(
  attempt: StepAttempt,
  now: number,
  type: T,
  payload: RecordPayloads[T],
): RecordDraft {
  const { run, place } = attempt;
  return draft<RecordType>(
    { kind: 'code', id: `${run.definition.name}.${place.step}` },
    now,
    type,
    payload,
    place,
  );
}
