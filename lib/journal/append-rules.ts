import { isFinished, type RecordDraft, type RecordType } from '../workflow/index.js';
import type { Append, CommitEffects } from './journal.js';

/** What shows that a run got further, so that its count of recoveries begins again. */
const progress: ReadonlySet<RecordType> = new Set<RecordType>([
  'step.completed',
  // It has ended, and the worker has not.
  'step.failed',
  'step.skipped',
  'step.waiting',
  'step.repeated',
  'step.compensated',
  'call.completed',
  // A person has taken it in hand.
  'run.retried',
]);

export function isProgress(records: readonly RecordDraft[]): boolean {
  return records.some(({ type }) => progress.has(type));
}

/**
 * Whether an append may follow a terminal record: a retry, an erasure, or giving the run back.
 * Everything else would overwrite an end that others have already seen.
 */
export function mayFollowTheEnd({ records, effects }: Append): boolean {
  const first = records[0]?.type;
  if (first === undefined) return effects?.status === undefined;
  return first === 'run.retried' || (first === 'payload.erased' && effects?.status === undefined);
}

/** `finished_at` that goes with a new status; undefined: leave it. */
export function finishedAtOf(effects: CommitEffects | undefined, now: string): string | null | undefined {
  if (effects?.status === undefined) return undefined;
  return isFinished(effects.status) ? (effects.finishedAt ?? now) : null;
}
