import { logSafely } from '../../errors/index.js';
import { fold, type RunState } from '../../workflow/index.js';
import { HeldRun } from '../held-run/held-run.js';
import { lost } from './lost-run.js';
import { failuresOf, RefusedRecordsError } from '../held-run/refused-records.js';
import type { DriveOutcome } from './run-driver.js';
import { type Refusal, refuse, unwritable } from './run-refusal.js';
import type { WorkerPorts } from '../worker/worker-ports.js';

export interface Driven {
  readonly outcome: DriveOutcome;
  readonly state: RunState;
}

export interface Course {
  /** Why the run does not continue; undefined: it is driven. */
  readonly refusal: Refusal | undefined;
  /** Set if it was given back too often: the words in which it fails, whatever else stops it. */
  readonly poison: Refusal | undefined;
  drive(run: HeldRun, read: 'first' | 'again'): Promise<DriveOutcome>;
}

/**
 * Drives a run or refuses it, and continues from its journal when records were refused for what is in them: the step that
 * they are about has failed then, or the run has. Undefined if the run does not continue.
 * @throws {LeaseLostError} what the database says, or a failure of the run's own that nothing could be written about
 */
export async function driveOrFail(
  first: HeldRun,
  ports: WorkerPorts,
  { refusal, poison, drive }: Course,
): Promise<Driven | undefined> {
  let run = first;
  let turn = await attempt(run, async () =>
    refusal
      ? stop(first, refusal, ports, 'recorded')
      : { outcome: await drive(first, 'first'), state: first.state },
  );
  while (turn.refused) {
    const { refused } = turn;
    const { row, definition } = run;
    logSafely('error', `Run ${row.id} of ${definition.name}: ${refused.message}`);
    const next = await reopened(run, ports);
    const failures = refusal ? [] : failuresOf(refused, next.state, next.now());
    run = next;
    turn = await attempt(next, async () => {
      if (failures.length === 0)
        return stop(next, poison ?? unwritable(next, refused.cause), ports, 'dropped');
      await next.append(failures);
      return { outcome: await drive(next, 'again'), state: next.state };
    });
    // Not even the end could be written: the run is given back, which counts.
    if (turn.refused && failures.length === 0) throw turn.refused;
  }
  return turn.driven;
}

/** The run as it is on disk, once all that is on its way has arrived. */
async function reopened({ row, definition }: HeldRun, ports: WorkerPorts): Promise<HeldRun> {
  const { id: runId, leaseEpoch: epoch } = row;
  const { journal } = ports;
  if ((await journal.append({ runId, epoch, records: [] })) === 'fenced') throw lost(runId);
  return new HeldRun(row, fold(await journal.read(runId)), definition, ports);
}

async function stop(
  run: HeldRun,
  refusal: Refusal,
  { journal, leases, dispatcher, settlements }: WorkerPorts,
  messages: 'recorded' | 'dropped',
): Promise<undefined> {
  const parents = await refuse(run, refusal, { journal, workerId: leases.workerId }, messages);
  dispatcher.dispatch(parents.map((runId) => ({ runId, reason: 'inbox' })));
  settlements.tell(run.row.id, () => undefined);
}

async function attempt(
  run: HeldRun,
  work: () => Promise<Driven | undefined>,
): Promise<{ readonly driven?: Driven | undefined; readonly refused?: RefusedRecordsError }> {
  try {
    return { driven: await work() };
  } catch (error) {
    if (run.lost instanceof RefusedRecordsError) return { refused: run.lost };
    throw error;
  }
}
