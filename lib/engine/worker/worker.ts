import { setTimeout as pause } from 'node:timers/promises';
import { errorText, logSafely } from '../../errors/index.js';
import type { Wake } from '../../dispatch/index.js';
import type { OpenedRun } from '../../journal/index.js';
import type { PeerNotification } from '../../leases/index.js';
import { canonicalId } from '../../values/index.js';
import { RunPool, type SlotReservation } from './run-pool.js';
import { DueRuns } from './due-runs.js';
import { Quarantine } from './quarantine.js';
import type { WorkerPorts } from './worker-ports.js';

export interface WorkerOptions {
  /** Whether this process drives runs; if not, it only is alive: for calls outside of runs, which it holds itself. */
  readonly drives: boolean;
  /** Runs that this process drives at the same time. */
  readonly concurrency: number;
  /** How many due runs a sweep takes up at once. */
  readonly sweepLimit: number;
  /** Take-overs without progress after which a run fails. */
  readonly recoveryLimit: number;
}

/** How long a shutdown tries to tell the database, in milliseconds. */
const longestLeaving = 3_000;

/** One process among those that work: it registers, stays alive, takes the runs that need somebody, and leaves gracefully. */
export class Worker {
  /** The last heartbeat did not reach the database. */
  private isCutOff = false;
  private readonly runs: RunPool;
  private readonly due: DueRuns;
  private stopListening: (() => void) | undefined;
  /** While this process registers again. What it claimed meanwhile would be dropped, and be held by nobody who drives it. */
  private registering: Promise<void> | undefined;

  constructor(
    private readonly ports: WorkerPorts,
    private readonly options: WorkerOptions,
  ) {
    const onSlotFreed = () => this.refill();
    const quarantine = new Quarantine(ports.clock, onSlotFreed);
    this.due = new DueRuns({ ...ports, quarantine }, options.sweepLimit);
    const published: WorkerPorts['published'] = (runId, records) => {
      ports.published(runId, records);
      quarantine.saw(runId, records);
    };
    this.runs = new RunPool(
      { ...ports, published },
      { recoveryLimit: options.recoveryLimit, quarantine, onSlotFreed },
    );
  }

  /** Runs have become due: they need not wait for the next sweep. */
  refill(): void {
    if (this.options.drives) this.due.refill();
  }

  /** Registers this process and begins to take wakes. */
  async start(): Promise<void> {
    await this.beat(() => this.ports.leases.register());
    if (!this.options.drives) return;
    this.stopListening = this.ports.peers.listen((news) => this.onNotification(news));
    const nudge = ({ runId }: Wake) => this.nudge(runId);
    await this.ports.dispatcher.listen((wake) => this.handle(wake), this.options.concurrency, nudge);
  }

  /** Tells the driver of a run that somebody may have left a message. False if the run isn't driven here. */
  nudge(runId: string): boolean {
    return this.runs.nudge(canonicalId(runId) ?? runId);
  }

  /** Something may have changed for all runs that this process drives. */
  nudgeAll(): void {
    this.runs.nudgeAll();
  }

  /** How many runs are being driven right now. */
  get active(): number {
    return this.runs.active;
  }

  /** Renews this worker's life, and brings news of held runs. Never rejects. */
  async heartbeat(): Promise<void> {
    // A worker whose heartbeats were sent and not received was cut off: it did not die of its runs.
    const wasAlive = this.ports.lease.isAlive() || this.isCutOff;
    try {
      const beat = await this.beat(() => this.ports.leases.heartbeat(this.runs.snapshot));
      if (beat.outcome === 'lost') {
        logSafely(
          'warn',
          'This worker was declared dead (blocked event loop, or cut off from the database): it drops its runs and registers again.',
        );
        await this.registerAgain(wasAlive);
        this.isCutOff = false;
        return;
      }
      this.isCutOff = false;
      this.ports.lease.correct(Date.parse(beat.databaseNow));
      for (const runId of beat.unread) this.nudge(runId);
      await this.runs.releaseDeferred();
    } catch (error) {
      this.isCutOff = true;
      logSafely('warn', `The heartbeat did not reach the database: ${errorText(error)}`);
      if (!this.ports.lease.isAlive()) this.runs.abandon();
    }
  }

  /**
   * Drops everything that it holds, for others to take over, and registers as a new worker.
   * @param wasAlive it was declared dead since its connection to the database had broken: then its runs are not what it
   * would have died of
   */
  async registerAgain(wasAlive = false): Promise<void> {
    const registered = this.dropAndRegister(wasAlive);
    const rejoining = registered.catch(() => undefined);
    this.registering = rejoining;
    try {
      await registered;
    } finally {
      if (this.registering === rejoining) this.registering = undefined;
    }
  }

  private async dropAndRegister(wasAlive: boolean): Promise<void> {
    const { leases } = this.ports;
    const former = leases.workerId;
    const held = this.runs.dropAll();
    await this.beat(() => leases.register());
    // What was claimed meanwhile was claimed in the old name.
    held.push(...this.runs.dropAll());
    if (wasAlive) await leases.revertRecoveryCount(former, [...new Set(held)]);
  }

  /** Looks for runs that somebody should take. Never rejects. */
  async sweep(): Promise<number> {
    return this.options.drives ? this.due.sweep() : 0;
  }

  /** Starts nothing new, lets what is in flight end (for at most that long), gives everything back. Never rejects. */
  async drain(timeout: number): Promise<void> {
    this.stopListening?.();
    this.due.stop();
    this.runs.drain();
    await this.ports.dispatcher
      .close(timeout)
      .catch((error: unknown) => logSafely('warn', `Draining: ${errorText(error)}`));
    this.runs.abandon();
    const leaving = this.ports.leases
      .unregister()
      .catch((error: unknown) => logSafely('warn', `Draining: ${errorText(error)}`));
    // Without a database nobody can be told; its runs are free when its heartbeat is too old.
    await Promise.race([leaving, pause(longestLeaving, undefined, { ref: false })]);
  }

  /** Reserves slots for new runs, at most that many; the reservation is for `startOwned`. */
  reserve(count: number): SlotReservation {
    return this.runs.reserve(this.options.drives ? count : 0);
  }

  /** Before new runs are put on disk in this worker's name: messages to them are heard from here on. */
  expect(runIds: readonly string[]): void {
    this.runs.expect(runIds);
  }

  /** Of expected runs, those that it doesn't get, as far as anybody knows. */
  forgo(runIds: readonly string[]): void {
    this.runs.forgo(runIds);
  }

  /** Drives a new run that is this worker's from the first moment, and was expected. */
  startOwned(held: OpenedRun, reservation: SlotReservation, when: 'at once' | 'soon'): void {
    this.runs.startOwned(held, reservation, when);
  }

  /** Nobody knows whether it is on disk, in this worker's name: if it is, it is given back with the next heartbeat. */
  deferRelease(runId: string, epoch: number): void {
    this.runs.deferRelease(runId, epoch);
  }

  /** Takes one wake, once this process is registered; one that is not for an id is dropped. Never rejects. */
  async handle(wake: Wake): Promise<void> {
    const runId = canonicalId(wake.runId);
    if (this.registering) await this.registering;
    if (runId !== undefined) await this.runs.handle({ ...wake, runId });
  }

  /** News from other processes. */
  private onNotification(news: PeerNotification): void {
    if (news.kind === 'claimable')
      this.ports.dispatcher.dispatch([{ runId: news.runId, reason: 'released' }]);
    else if (news.kind === 'inbox') this.nudge(news.runId);
    else if (news.kind === 'missed') this.nudgeAll();
  }

  private async beat<T>(statement: () => Promise<T>): Promise<T> {
    const sent = { monotonic: this.ports.clock.monotonic(), wall: this.ports.clock.now() };
    const answer = await statement();
    this.ports.lease.renew(sent);
    return answer;
  }
}
