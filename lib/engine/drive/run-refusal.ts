import { logSafely, toErrorData } from '../../errors/index.js';
import type { CommitEffects, Journal, RunRow } from '../../journal/index.js';
import { doneBySystem, type RecordDraft, type WorkflowDefinition } from '../../workflow/index.js';
import type { RunDefinition } from '../worker/definitions.js';
import type { HeldRun } from '../held-run/held-run.js';
import { readable } from './inbox.js';
import { RunInbox } from './run-inbox.js';
import { endEffects, type EndRecord } from './run-end.js';

/** Why a run that was claimed does not continue. */
export type Refusal =
  NonNullable<RunDefinition['problem']> | { readonly kind: 'fail'; readonly message: string };

/** A run that takes one worker after the other with it is stopped, before it has taken all. */
export function poisoned(row: RunRow, definition: WorkflowDefinition, limit: number): Refusal | undefined {
  if (row.recoveryCount <= limit) return undefined;
  return {
    kind: 'fail',
    message: `Run ${row.id} of ${definition.name} has crashed ${row.recoveryCount} workers without making progress. Look at what its current step does (memory, process.exit, native code), and at the errors in the log if workers gave it back, fix it, then handle.retry().`,
  };
}

/** A run that its own records stop: one of them is refused for what is in it, and no step can fail in its place. */
export function unwritable({ row, definition }: HeldRun, cause: unknown): Refusal {
  const message = `A record of run ${row.id} of ${definition.name} could not be written, so it can't continue: ${toErrorData(cause).message}`;
  return { kind: 'fail', message };
}

/**
 * Puts on record why the run does not continue, and gives it back. What it was told stays on record for the time when it
 * does continue; a cancellation is observed at once, since that needs no definition.
 * @param messages `'dropped'`: without what it was told, which may be what can't be written
 * @returns the runs that were left a message
 */
export async function refuse(
  run: HeldRun,
  refusal: Refusal,
  { journal, workerId }: { readonly journal: Pick<Journal, 'inbox'>; readonly workerId: string },
  messages: 'recorded' | 'dropped',
): Promise<readonly string[]> {
  const inbox = new RunInbox(journal, run.row.id, true);
  for (;;) {
    for (const message of await inbox.readNew())
      if (messages === 'recorded') run.take(readable(message, run.state));
    const { records, effects } = conclusion(run, refusal, workerId);
    if ((await run.flush({ ...effects, ...inbox.consumed }, records)) === 'ok') {
      // A run that fails has its line by its record.
      if (refusal.kind !== 'fail') logSafely(refusal.kind === 'leave' ? 'debug' : 'warn', refusal.message);
      return (effects.outgoing ?? []).map(({ runId }) => runId);
    }
    inbox.markUnread();
  }
}

function conclusion(
  run: HeldRun,
  { kind, message }: Refusal,
  workerId: string,
): { readonly records: readonly RecordDraft[]; readonly effects: CommitEffects } {
  const now = run.now();
  const ended = (record: EndRecord) => ({ records: [record], effects: endEffects(run.state, record) });
  if (run.state.ending?.status === 'cancelled') {
    const reason = run.state.ending.reason ?? 'cancelled';
    return ended(doneBySystem(workerId, now, 'run.cancelled', { reason }));
  }
  if (kind === 'leave') {
    // Due at once: a worker that has the former definition finds it with its next sweep.
    const { status } = run.state;
    const release = { wakeAt: new Date(now).toISOString() };
    return { records: [], effects: { status: status === 'running' ? 'waiting' : status, release } };
  }
  if (kind === 'fail') {
    const error = { name: 'RunFailedError', code: 'RUN_FAILED' as const, message };
    return ended(doneBySystem(workerId, now, 'run.failed', { error }));
  }
  const isTold = run.state.status === 'paused';
  const paused = doneBySystem(workerId, now, 'run.paused', { reason: message });
  return { records: isTold ? [] : [paused], effects: { status: 'paused', release: { wakeAt: null } } };
}
