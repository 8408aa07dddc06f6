import { setImmediate } from 'node:timers/promises';
import type { Wake } from '../../dispatch/index.js';
import type { OpenedRun, RunRow } from '../../journal/index.js';
import type { JsonValue } from '../../values/index.js';
import { fold, type RunRecord } from '../../workflow/index.js';
import { Arrivals } from './arrivals.js';
import { HeldRun } from '../held-run/held-run.js';
import { workerSnapshot } from './worker-snapshot.js';
import { type DriveOutcome, RunDriver } from '../drive/run-driver.js';
import type { Quarantine } from './quarantine.js';
import { driveOrFail } from '../drive/drive-or-fail.js';
import { isLoss, lost, reportDrop } from '../drive/lost-run.js';
import { openingRecord } from '../drive/boundary-records.js';
import { poisoned } from '../drive/run-refusal.js';
import { resultOf, waitsOf } from '../api/run-result.js';
import { Drivers } from './drivers.js';
import { DeferredReleases } from './deferred-releases.js';
import type { WorkerPorts } from './worker-ports.js';

/** The slots that a worker has reserved for new runs, and who it was then: it may be declared dead before they start. */
export interface SlotReservation {
  readonly holder: string;
  readonly generation: number;
  readonly slots: number;
}

/** The runs that this process holds: claims them, drives each until it ends or waits, and releases them. */
export class RunPool {
  private readonly drivers = new Drivers();
  private readonly arrivals = new Arrivals();
  private readonly deferred: DeferredReleases;
  /** Rises when this worker was declared dead: what was claimed before is not its own any more. */
  private generation = 0;
  private isDraining = false;

  constructor(
    private readonly ports: WorkerPorts,
    private readonly options: {
      /** Take-overs without progress after which a run fails. */
      readonly recoveryLimit: number;
      readonly quarantine: Quarantine;
      /** A slot of a workflow with a limited `concurrency` is free. */
      onSlotFreed(): void;
    },
  ) {
    this.deferred = new DeferredReleases(ports.leases);
  }

  /** How many runs are being claimed or driven right now. */
  get active(): number {
    return this.arrivals.size;
  }

  /** What is in flight, for people who look at the worker row. */
  get snapshot(): JsonValue {
    return workerSnapshot(this.drivers.size, this.drivers.attempts);
  }

  /** Tells the driver of a run, or the one that it is about to have, that somebody may have left a message. False if the run isn't driven here. */
  nudge(runId: string): boolean {
    return this.drivers.wake(runId) || this.arrivals.markUnread(runId);
  }

  /** Somebody may have left a message for any of them. */
  nudgeAll(): void {
    this.arrivals.markAllUnread();
    this.drivers.wakeAll();
  }

  /** New runs are being created in this worker's name: messages to them are noted from here on. `startOwned` or `forgo` follows. */
  expect(runIds: readonly string[]): void {
    for (const runId of runIds) this.arrivals.expect(runId);
  }

  /** They are not this worker's after all, or nobody knows. */
  forgo(runIds: readonly string[]): void {
    for (const runId of runIds) this.leave(runId);
  }

  /** Reserves slots for new runs, at most that many. */
  reserve(count: number): SlotReservation {
    const { slots, lease, leases } = this.ports;
    const reserved = !this.isDraining && lease.isAlive() ? slots.reserve(count) : 0;
    return { holder: leases.workerId, generation: this.generation, slots: reserved };
  }

  /** Drives a new run that is this worker's from the first moment, and was expected. */
  startOwned({ row, records }: OpenedRun, { generation }: SlotReservation, when: 'at once' | 'soon'): void {
    const { published, slots } = this.ports;
    published(
      row.id,
      records.filter(({ type }) => type === 'run.started'),
    );
    slots.begin(row.id, () =>
      this.withRelease(row, async () => {
        if (when === 'soon') await setImmediate();
        await this.drive(row, records, generation, 'begun');
      })
        .catch((error: unknown) => reportDrop(row.id, error))
        .finally(() => this.leave(row.id)),
    );
  }

  /** Takes one wake. Never rejects: what goes wrong with a run is the run's, or a later sweep's. */
  async handle({ runId, reason }: Wake): Promise<void> {
    if (this.nudge(runId) || this.isDraining) return;
    if (reason === 'poison-candidate')
      await this.options.quarantine.hold(runId, () => this.claimAndDrive(runId, true));
    else await this.claimAndDrive(runId, false);
  }

  /** Whether it was there to be taken. Never rejects. */
  private async claimAndDrive(runId: string, poisonCandidate: boolean): Promise<boolean> {
    const { leases, definitions, journal } = this.ports;
    this.arrivals.expect(runId);
    try {
      const { generation } = this;
      const row = await leases.claim(runId, { limits: definitions.limits(), poisonCandidate });
      if (!row) return false;
      await this.withRelease(row, async () => {
        const { records, row: opened } = await journal.open(row.id);
        // This process may have been paused since the claim: nothing would stop it before its first record.
        if (opened.leaseEpoch !== row.leaseEpoch) throw lost(row.id);
        await this.drive(row, records, generation);
      });
    } catch (error) {
      reportDrop(runId, error);
    } finally {
      this.leave(runId);
    }
    return true;
  }

  /** The sender of a message meanwhile was told that it would be heard. Other processes have been told already. */
  private leave(runId: string): void {
    if (this.arrivals.leave(runId)) this.ports.dispatcher.dispatch([{ runId, reason: 'due' }]);
  }

  /** Whether the run is on disk in this worker's name is unknown: if it is, it is released with the next heartbeat. */
  deferRelease(runId: string, epoch: number, counts = false): void {
    this.deferred.add(runId, epoch, counts);
  }

  releaseDeferred(): Promise<void> {
    return this.deferred.release();
  }

  /** Starts nothing new; each run is released when its attempts in flight have ended. */
  drain(): void {
    this.isDraining = true;
    this.drivers.drainAll();
  }

  /** This worker was declared dead: other workers have its runs by now. @returns the ids of the runs that it held */
  dropAll(): string[] {
    this.generation++;
    const held = [...this.drivers.runIds, ...this.deferred.runIds];
    this.abandon();
    return held;
  }

  /** Drops them all at once. */
  abandon(): void {
    this.drivers.abandonAll(lost);
  }

  /** A run that was claimed is released in the end, whatever happens to it. */
  private async withRelease({ id, leaseEpoch }: RunRow, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // Also where the lease seems lost: if it isn't, no other process would ever claim the run of a live worker.
      // A run that is released for a reason of its own counts as if its worker had crashed.
      this.deferRelease(id, leaseEpoch, !isLoss(error));
      throw error;
    } finally {
      this.ports.journal.close(id);
    }
  }

  /** @param begun that it has begun is on record already */
  private async drive(
    row: RunRow,
    records: readonly RunRecord[],
    life: number,
    begun?: 'begun',
  ): Promise<void> {
    const { leases, definitions, settlements } = this.ports;
    if (life !== this.generation) throw lost(row.id);
    const state = fold(records);
    const { definition, problem } = definitions.forRun(state);
    const run = new HeldRun(row, state, definition, this.ports);
    const poison = poisoned(row, definition, this.options.recoveryLimit);
    const refusal = problem ?? poison;
    if (!refusal && !begun) run.openWith(openingRecord(run, leases.workerId));
    const drive = (held: HeldRun, read: 'first' | 'again') => this.driveHeld(held, read);
    const done = await driveOrFail(run, this.ports, { refusal, poison, drive });
    if (!done || done.outcome.kind === 'drained') return;
    const { outcome, state: last } = done;
    settlements.tell(row.id, () =>
      outcome.kind === 'unchanged'
        ? undefined
        : resultOf(last, waitsOf(outcome.kind === 'waiting' ? outcome.record : undefined, last)),
    );
  }

  private async driveHeld(run: HeldRun, read: 'first' | 'again'): Promise<DriveOutcome> {
    const {
      journal,
      clock,
      leases,
      attempts,
      dispatcher,
      peers,
      editedInput,
      instrumentation,
      surroundings,
    } = this.ports;
    const driver = new RunDriver(run, {
      journal,
      clock,
      workerId: leases.workerId,
      instrumentation,
      surroundings,
      begin: (held, activation) => attempts.begin(held, activation),
      admit: (held, input) => editedInput.admit(held, input),
      perform: (attempt) => attempts.perform(attempt),
      posted: (runIds) => dispatcher.dispatch(runIds.map((runId) => ({ runId, reason: 'inbox' }))),
    });
    this.drivers.add(run.row.id, driver);
    if (this.arrivals.takeUnread(run.row.id)) driver.wake();
    try {
      if (read === 'again') driver.wake();
      if (this.isDraining) driver.drain();
      const outcome = await driver.drive();
      if (outcome.kind === 'drained') {
        await leases.release(run.row.id, run.row.leaseEpoch);
        peers.notify('claimable', [run.row.id]);
      }
      return outcome;
    } finally {
      this.drivers.remove(run.row.id);
      // A message came during its last commit: the next holder has to read it.
      if (driver.isUnread) dispatcher.dispatch([{ runId: run.row.id, reason: 'inbox' }]);
      if (run.definition.concurrency !== undefined) this.options.onSlotFreed();
    }
  }
}
