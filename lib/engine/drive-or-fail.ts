import { logSafely } from '../errors/index.js';
import { fold, type RunState } from '../workflow/index.js';
import { HeldRun } from './held-run.js';
import { lost } from './lost-run.js';
import { failuresOf, RefusedRecordsError } from './refused-records.js';
import type { DriveOutcome } from './run-driver.js';
import { failUnwritable } from './run-refusal.js';
import type { WorkerPorts } from './worker.js';

export interface Driven {
  readonly outcome: DriveOutcome;
  readonly state: RunState;
}

type Drive = (run: HeldRun, read: 'first' | 'again') => Promise<DriveOutcome>;

/**
 * Drives a run, and goes on from its journal when records were refused for what is in them: the step that they are about
 * has failed then, or the run has. Undefined if the run was ended that way.
 * @throws {LeaseLostError} what the database says, or a failure of the run's own that nothing could be written about
 */
export async function driveOrFail(
  first: HeldRun,
  ports: WorkerPorts,
  drive: Drive,
): Promise<Driven | undefined> {
  let run = first;
  let turn = await attempt(run, async () => ({ outcome: await drive(first, 'first'), state: first.state }));
  while (turn.refused) {
    const { refused } = turn;
    const { row, definition } = run;
    logSafely('error', `Run ${row.id} of ${definition.name}: ${refused.message}`);
    const next = await reopened(run, ports);
    const failures = failuresOf(refused, next.state, next.now());
    run = next;
    turn = await attempt(next, async () => {
      if (failures.length === 0) return end(next, refused.cause, ports);
      await next.append(failures);
      return { outcome: await drive(next, 'again'), state: next.state };
    });
    // Not even the end could be written: the run is given back, which counts.
    if (turn.refused && failures.length === 0) throw turn.refused;
  }
  return turn.driven;
}

/** The run as it stands on disk, once all that is on its way has arrived. */
async function reopened({ row, definition }: HeldRun, ports: WorkerPorts): Promise<HeldRun> {
  const { id: runId, leaseEpoch: epoch } = row;
  const { journal } = ports;
  if ((await journal.append({ runId, epoch, records: [] })) === 'fenced') throw lost(runId);
  return new HeldRun(row, fold(await journal.read(runId)), definition, ports);
}

async function end(
  run: HeldRun,
  cause: unknown,
  { journal, leases, dispatcher, rests }: WorkerPorts,
): Promise<undefined> {
  const told = await failUnwritable(run, cause, journal, leases.workerId);
  dispatcher.dispatch(told.map((runId) => ({ runId, reason: 'inbox' })));
  rests.tell(run.row.id, () => undefined);
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
