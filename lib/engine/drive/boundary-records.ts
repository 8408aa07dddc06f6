import { doneBySystem, isFinished, type RecordDraft, type Wait } from '../../workflow/index.js';
import type { HeldRun } from '../held-run/held-run.js';

/** What a worker writes first about a run it has taken: that it began, or that it continues. */
export function openingRecord(run: HeldRun, workerId: string): RecordDraft {
  const { state } = run;
  const isNew = state.seq === 1 || (state.status === 'pending' && state.activeMs === 0);
  if (isNew && !isFinished(state.status)) {
    return doneBySystem<'run.started' | 'run.resumed'>(workerId, run.now(), 'run.started', {
      worker: workerId,
    });
  }
  // Still marked as running: the worker that held it did not release it.
  const reason = state.status === 'running' ? 'recovered' : 'wake';
  return doneBySystem<'run.started' | 'run.resumed'>(workerId, run.now(), 'run.resumed', {
    reason,
  });
}

export type WaitRecord = RecordDraft<'run.waiting'> | RecordDraft<'run.paused'>;

/** What it writes last, before it gives the run back to wait; `pause` is the wait that pauses it. */
export function waitRecord(
  run: HeldRun,
  workerId: string,
  waits: readonly Wait[],
  pause: Wait | undefined,
): WaitRecord {
  const now = run.now();
  if (!pause) return doneBySystem(workerId, now, 'run.waiting', { waits }) as WaitRecord;
  const limited = waits.filter((wait) => 'limit' in wait);
  const payload = { reason: reasonOf(pause), ...(limited.length > 0 ? { waits: limited } : {}) };
  return doneBySystem(workerId, now, 'run.paused', payload) as WaitRecord;
}

const pausing: ReadonlySet<Wait['for']> = new Set<Wait['for']>(['resume', 'budget', 'killswitch', 'reviews']);

/** Whether a wait is for somebody who has to let the run go on: it counts as paused then. */
export function pauses(wait: Wait): boolean {
  return pausing.has(wait.for);
}

function reasonOf(pause: Wait): string {
  switch (pause.for) {
    case 'resume':
      return pause.reason;
    case 'killswitch':
      return `${pause.limit} is on`;
    case 'reviews':
      return `too many ${pause.limit}`;
    default:
      return 'the budget is used up';
  }
}
