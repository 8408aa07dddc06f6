import { isDataError } from '../../database/index.js';
import { LeaseLostError, PayloadError } from '../../errors/index.js';
import type { Append, Appended } from '../../journal/index.js';
import { draft, type RecordDraft, type RunState, activationAt } from '../../workflow/index.js';
import { toErrorData } from '../../errors/index.js';
import type { TakenRecords } from './pending-records.js';
import { withRows } from './rows-of-records.js';

/** The journal has refused records for what is in them. Nothing of them is on disk, and the run is still this worker's. */
export class RefusedRecordsError extends Error {
  constructor(
    /** Those that were refused by themselves, too; none if it was the commit as a whole. */
    readonly culprits: readonly RecordDraft[],
    override readonly cause: unknown,
  ) {
    super(`Records could not be written: ${toErrorData(cause).message}`);
  }
}

/** Whether data was refused, and not a connection or a lease lost. */
export function isRefusal(error: unknown): boolean {
  return error instanceof PayloadError || (!(error instanceof LeaseLostError) && isDataError(error));
}

/**
 * Writes what attempts of steps have come to one by one, so that only the culprit is lost and no other step is performed
 * again for it. What was decided about the run is left out: it is decided again.
 * @returns those that were refused
 */
export async function writeOneByOne(
  { drafts, effects: own }: Pick<TakenRecords, 'drafts' | 'effects'>,
  write: (append: Pick<Append, 'records' | 'effects'>) => Promise<Appended>,
): Promise<RecordDraft[]> {
  const culprits: RecordDraft[] = [];
  for (const one of drafts) {
    if (one.attempt === undefined || culprits.some((culprit) => isSameAttempt(culprit, one))) continue;
    const effects = withRows({}, [one], own);
    try {
      if ((await write({ records: [one], ...(effects ? { effects } : {}) })) !== 'ok') return culprits;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      culprits.push(one);
    }
  }
  return culprits;
}

/** In place of what was refused: that the step has failed, for good. None for attempts that are over. */
export function failuresOf(
  { culprits, cause }: RefusedRecordsError,
  state: RunState,
  now: number,
): RecordDraft[] {
  const failures: RecordDraft[] = [];
  for (const { type, actor, step, iteration, item, attempt } of culprits) {
    if (step === undefined || iteration === undefined) continue;
    const place = { step, iteration, item, attempt };
    const activation = activationAt(state, place);
    const isUndone = activation?.compensation && activation.compensation.outcome === undefined;
    if (!activation || (activation.status !== 'pending' && !isUndone)) continue;
    const { name, message, code } = toErrorData(cause);
    const error = {
      name,
      code,
      message: `What ${step} came to (${type}) could not be put on record, so the step counts as failed: ${message}`,
    };
    const phase = isUndone ? ('compensate' as const) : activation.phase;
    failures.push(draft(actor, now, 'step.failed', { error, phase, duration: 0, final: true }, place));
  }
  return failures;
}

function isSameAttempt(one: RecordDraft, other: RecordDraft): boolean {
  return one.step === other.step && one.iteration === other.iteration && one.item === other.item;
}
