import { hostname } from 'node:os';
import type { Clock } from '../../clock/index.js';
import {
  FailPoints,
  type MemoryRun,
  type MemoryStore,
  type MemoryWorker,
  NoFailPoints,
  rowOf,
  type RunRow,
} from '../../journal/index.js';
import { type JsonValue, newId } from '../../values/index.js';
import { knownFormats } from '../../workflow/index.js';
import {
  type ClaimOptions,
  type Heartbeat,
  Leases,
  type ConcurrencyLimits,
  poisonThreshold,
  type WorkerInfo,
} from '../leases.js';
import { defaultHeartbeatTimeout, type LeasesOptions } from '../leases-options.js';

/** Leases over a memory store. Several of them on one store behave like several processes. */
export class MemoryLeases extends Leases {
  private id = newId();
  private readonly timeout: number;
  private readonly faults: FailPoints;

  constructor(
    private readonly store: MemoryStore,
    private readonly clock: Clock,
    options: LeasesOptions = {},
  ) {
    super();
    this.timeout = options.heartbeatTimeout ?? defaultHeartbeatTimeout;
    this.faults = options.faults ?? new NoFailPoints();
  }

  get workerId(): string {
    return this.id;
  }

  async register(): Promise<void> {
    this.store.workers.delete(this.id);
    this.id = newId();
    const now = this.clock.now();
    this.store.workers.set(this.id, { startedAt: now, heartbeatAt: now, inFlight: null });
  }

  async heartbeat(inFlight: JsonValue = null): Promise<Heartbeat> {
    const now = this.clock.now();
    const outcome = this.lives(this.id) ? 'ok' : 'lost';
    const worker = this.store.workers.get(this.id);
    if (worker && outcome === 'ok')
      Object.assign(worker, { heartbeatAt: now, inFlight } satisfies Partial<MemoryWorker>);
    const unread = this.held().filter(({ row }) => row.inboxPending > 0);
    return { outcome, databaseNow: new Date(now).toISOString(), unread: unread.map(({ row }) => row.id) };
  }

  async claim(runId: string, { limits = {}, ...options }: ClaimOptions = {}): Promise<RunRow | undefined> {
    const run = this.store.runs.get(runId);
    if (!run || this.lives(run.row.workerId) || this.freeSlots(run.row.workflow, limits) <= 0)
      return undefined;
    if (!isOfKnownFormat(run)) return undefined;
    const finished = run.row.finishedAt !== null;
    if (finished ? !options.finished : isPoisonCandidate(run) && !options.poisonCandidate) return undefined;
    run.waitsFor = undefined;
    this.store.update(run, {
      workerId: this.id,
      leaseEpoch: run.row.leaseEpoch + 1,
      recoveryCount: run.row.recoveryCount + (run.row.workerId === null ? 0 : 1),
      ...(finished ? {} : { status: 'running' as const }),
    });
    await this.faults.reach('claim');
    return rowOf(run);
  }

  async release(runId: string, epoch: number, counts = false): Promise<void> {
    await this.faults.reach('release');
    const run = this.store.runs.get(runId);
    if (run?.row.workerId !== this.id || run.row.leaseEpoch !== epoch) return;
    if (counts) this.store.update(run, { recoveryCount: run.row.recoveryCount + 1 });
    this.free(run);
  }

  async due(
    limit: number,
    definitions: readonly string[],
    limits: ConcurrencyLimits = {},
  ): Promise<string[]> {
    const taken = new Map<string, number>();
    return this.allDue(definitions)
      .filter((run) => isOfKnownFormat(run) && !isPoisonCandidate(run))
      .toSorted(
        (a, b) =>
          b.row.priority - a.row.priority || (a.row.wakeAt?.getTime() ?? 0) - (b.row.wakeAt?.getTime() ?? 0),
      )
      .filter(({ row: { workflow } }) => {
        const count = (taken.get(workflow) ?? 0) + 1;
        taken.set(workflow, count);
        return count <= this.freeSlots(workflow, limits);
      })
      .slice(0, limit)
      .map(({ row }) => row.id);
  }

  async poisonCandidate(definitions: readonly string[]): Promise<string | undefined> {
    const candidates = this.allDue(definitions).filter(
      (run) => isOfKnownFormat(run) && isPoisonCandidate(run),
    );
    return candidates[Math.floor(Math.random() * candidates.length)]?.row.id;
  }

  async unknownFormat(definitions: readonly string[]): Promise<number | undefined> {
    return this.allDue(definitions).find((run) => !isOfKnownFormat(run))?.row.format;
  }

  /** Nothing dies in memory without the memory. */
  async reapDead(): Promise<void> {}

  async revertRecoveryCount(former: string, runIds: readonly string[]): Promise<void> {
    for (const run of this.open().filter(({ row }) => runIds.includes(row.id))) {
      if (run.row.workerId === former) this.free(run);
      else this.store.update(run, { recoveryCount: Math.max(0, run.row.recoveryCount - 1) });
    }
  }

  async wakeLimited(): Promise<void> {
    const now = this.clock.now();
    for (const run of this.open()) {
      const { workerId, wakeAt } = run.row;
      const hasChanged = Object.entries(run.waitsFor ?? {}).some(
        ([name, generation]) => (this.store.limits.get(name)?.generation ?? 0) > generation,
      );
      if (hasChanged && workerId === null && (wakeAt?.getTime() ?? Infinity) > now)
        this.store.update(run, { wakeAt: new Date(now) });
    }
  }

  async nextWake(): Promise<string | undefined> {
    const times = this.open().flatMap(({ row: { workerId, wakeAt } }) =>
      workerId === null && wakeAt !== null ? [wakeAt.getTime()] : [],
    );
    return times.length === 0 ? undefined : new Date(Math.min(...times)).toISOString();
  }

  async workers(): Promise<WorkerInfo[]> {
    const held = [...this.store.active].map(({ row }) => row).toSorted(byAge);
    return [...this.store.workers].map(([id, { startedAt, heartbeatAt, inFlight }]) => ({
      id,
      host: hostname(),
      processId: process.pid,
      startedAt: new Date(startedAt),
      heartbeatAt: new Date(heartbeatAt),
      alive: this.lives(id),
      runs: held.filter(({ workerId }) => workerId === id).map((row) => row.id),
      inFlight,
    }));
  }

  async unregister(): Promise<void> {
    for (const run of this.held()) this.free(run);
    this.store.workers.delete(this.id);
  }

  /** How many more runs of a workflow may be held. */
  private freeSlots(workflow: string, limits: ConcurrencyLimits): number {
    const limit = limits[workflow];
    if (limit === undefined) return Number.POSITIVE_INFINITY;
    const held = this.open().filter(({ row }) => row.workflow === workflow && this.lives(row.workerId));
    return limit - held.length;
  }

  private allDue(definitions: readonly string[]): MemoryRun[] {
    const now = this.clock.now();
    return this.open()
      .filter(({ row }) => definitions.includes(row.definitionHash) || definitions.includes(row.workflow))
      .filter(({ row: { workerId, wakeAt } }) =>
        workerId === null ? wakeAt !== null && wakeAt.getTime() <= now : !this.lives(workerId),
      );
  }

  private lives(workerId: string | null): boolean {
    const worker = workerId === null ? undefined : this.store.workers.get(workerId);
    return worker !== undefined && worker.heartbeatAt > this.clock.now() - this.timeout;
  }

  private held(): MemoryRun[] {
    return [...this.store.active].filter(({ row }) => row.workerId === this.id);
  }

  private open(): MemoryRun[] {
    return [...this.store.active].filter(({ row }) => row.finishedAt === null);
  }

  private free(run: MemoryRun): void {
    const wakeAt = run.row.finishedAt === null ? new Date(this.clock.now()) : null;
    this.store.update(run, { workerId: null, wakeAt });
  }
}

function byAge(a: RunRow, b: RunRow): number {
  return a.createdAt.getTime() - b.createdAt.getTime();
}

function isPoisonCandidate({ row }: MemoryRun): boolean {
  return row.recoveryCount >= poisonThreshold;
}

function isOfKnownFormat({ row }: MemoryRun): boolean {
  return knownFormats.includes(row.format);
}
