import type { RunDispatcher, RunSlots } from '../../dispatch/index.js';
import type { Created, Journal, NewRun } from '../../journal/index.js';
import { doneBySystem, type WorkflowDefinition } from '../../workflow/index.js';
import type { Worker } from '../worker/worker.js';

export interface RunLauncherPorts {
  readonly journal: Pick<Journal, 'create'>;
  readonly dispatcher: Pick<RunDispatcher, 'dispatch'>;
  readonly slots: Pick<RunSlots, 'release'>;
  readonly worker: Worker;
}

/**
 * Puts new runs on disk. As many as this process has slots for are its own from the first moment, in the same
 * statement; for the others a wake goes out.
 */
export class RunLauncher {
  constructor(private readonly ports: RunLauncherPorts) {}

  /** Puts a run on disk that was refused: it is over before it has begun. */
  async record(...refused: readonly NewRun[]): Promise<void> {
    await this.ports.journal.create(refused);
  }

  /** @param watch called for each run before it begins to move in this process; without it, the caller has time to subscribe with the handle first */
  async begin(
    definition: WorkflowDefinition,
    runs: readonly NewRun[],
    priority = 0,
    watch?: (runId: string) => void,
  ): Promise<Created[]> {
    const { journal, dispatcher, worker } = this.ports;
    // The slots of a limited workflow are counted by the claim.
    const reservation = worker.reserve(definition.concurrency === undefined ? runs.length : 0);
    const { slots: reserved, holder } = reservation;
    const expected = runs.slice(0, reserved).map(({ id }) => id);
    worker.expect(expected);
    let created: Created[];
    try {
      created = await journal.create(
        runs.map((run, index) => (index < reserved ? heldFrom(run, holder) : run)),
      );
    } catch (error) {
      // Whether they are on disk is unknown: if they are, nobody else would take them from a living worker.
      for (const id of expected) worker.deferRelease(id, 1);
      worker.forgo(expected);
      this.ports.slots.release(reserved);
      throw error;
    }
    const held = created.flatMap((one) => (one.outcome === 'created' && one.held ? [one.held] : []));
    const own = new Set(held.map(({ row }) => row.id));
    worker.forgo(expected.filter((id) => !own.has(id)));
    this.ports.slots.release(reserved - held.length);
    for (const one of held) {
      watch?.(one.row.id);
      worker.startOwned(one, reservation, watch ? 'at once' : 'soon');
    }
    const others = created.filter((one) => one.outcome === 'created' && !one.held);
    dispatcher.dispatch(others.map(({ runId }) => ({ runId, reason: 'created', priority })));
    return created;
  }
}

/** A run that is its worker's from the first moment has begun with its first record. */
function heldFrom(run: NewRun, holder: string): NewRun {
  const started = doneBySystem(holder, Date.parse(run.at), 'run.started', { worker: holder });
  return { ...run, holder, records: [...(run.records ?? []), started] };
}
