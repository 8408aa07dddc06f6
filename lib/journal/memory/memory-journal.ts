import type { Page } from '../../values/index.js';
import type { EntityManager } from 'typeorm';
import type { Clock } from '../../clock/index.js';
import { killSwitchLimit } from '../../database/index.js';
import { NonRetryableError, RunNotFoundError } from '../../errors/index.js';
import { type Instrumentation, instrumented, type Visibility } from '../../scope/index.js';
import type { RunRecord } from '../../workflow/index.js';
import { finishedAtOf, isProgress, mayFollowTheEnd } from '../append-rules.js';
import { EventLoopYield } from './event-loop-yield.js';
import { chainHashed, recordOf } from '../chain/chain.js';
import { FailPoints, NoFailPoints } from '../fail-points.js';
import type { InboxMessage, PostedMessage } from '../inbox-message.js';
import {
  type Append,
  type Appended,
  type Created,
  type OpenedRun,
  Journal,
  type NewRun,
  type RunFilter,
  type RunRow,
} from '../journal.js';
import type { JournalOptions } from '../journal-options.js';
import { listRuns } from './memory-list.js';
import { type MemoryRun, type MemoryStore, rowOf } from './memory-store.js';
import { heldRunOf, prepareRun, type PreparedRun } from '../new-run.js';
import { memoryCommitParts } from './memory-commit-parts.js';
import { recordLimit, hashDraft, type HashedDraft } from '../chain/hashed-draft.js';

/** The journal where there is no database: for tests and for trying things out. Gone with the process. */
export class MemoryJournal extends Journal {
  private readonly held = new Set<string>();
  private readonly eventLoop = new EventLoopYield();
  private readonly limit: number;
  private readonly faults: FailPoints;
  private readonly instrumentation: Instrumentation | undefined;

  constructor(
    private readonly store: MemoryStore,
    private readonly clock: Clock,
    options: JournalOptions = {},
  ) {
    super();
    this.limit = options.recordLimit ?? recordLimit;
    this.faults = options.faults ?? new NoFailPoints();
    this.instrumentation = options.instrumentation;
  }

  async create(runs: readonly NewRun[]): Promise<Created[]> {
    const prepared = runs.map((run) => prepareRun(run, this.limit));
    const records = prepared.reduce((sum, run) => sum + run.records.length, 0);
    const created = instrumented(
      this.instrumentation,
      'commit',
      () => ({ runs: runs.length, records }),
      () => prepared.map((one) => this.insert(one)),
    );
    await this.faults.reach('create');
    return created;
  }

  private insert(one: PreparedRun): Created {
    const { row, records } = one;
    const existing = this.store.runs.get(row.id) ?? this.withKeyOf(row);
    if (existing) {
      const { id, inputHash } = existing.row;
      return { outcome: 'existing', runId: id, sameInput: inputHash === row.inputHash };
    }
    this.store.insert(row, records);
    if (row.workerId === null) return { outcome: 'created', runId: row.id };
    this.held.add(row.id);
    return { outcome: 'created', runId: row.id, held: heldRunOf(one) };
  }

  async open(runId: string): Promise<OpenedRun> {
    const run = this.store.runs.get(runId);
    if (!run) throw new RunNotFoundError(`There is no run ${runId}`);
    this.held.add(runId);
    return { row: rowOf(run), records: run.records.map(recordOf) };
  }

  close(runId: string): void {
    this.held.delete(runId);
  }

  async append(append: Append): Promise<Appended> {
    const sealed = append.records.map((draft) => hashDraft(append.runId, draft, this.limit));
    if (this.eventLoop.isDue) await this.eventLoop.take();
    const records = () => append.records;
    const before = this.faults.reach('append.before', records);
    if (before) await before;
    if (append.effects?.release) await this.faults.reach('release');
    const outcome = instrumented(
      this.instrumentation,
      'commit',
      () => ({ runs: 1, records: sealed.length }),
      () => this.commit(append, sealed),
    );
    const after = this.faults.reach('append.after', records);
    if (after) await after;
    return outcome;
  }

  /** There is no transaction in memory: the work is done, then the append. */
  async transact(_: string, work: (manager: EntityManager) => Promise<Append>): Promise<Appended> {
    const manager = new Proxy({} as EntityManager, {
      get: (__, name) => (name === 'then' ? undefined : noDatabase()),
    });
    return this.append(await work(manager));
  }

  async post(runId: string, message: PostedMessage): Promise<boolean> {
    await this.faults.reach('inbox');
    return this.store.post({ ...message, runId }, this.clock.now());
  }

  async inbox(runId: string): Promise<InboxMessage[]> {
    return [...(this.store.runs.get(runId)?.inbox ?? [])];
  }

  async find(runId: string, tenant?: string | null): Promise<RunRow | undefined> {
    const run = this.store.runs.get(runId);
    return run && (tenant === undefined || run.row.tenant === tenant) ? rowOf(run) : undefined;
  }

  async shape(runId: string, people: readonly string[]): Promise<void> {
    const run = this.store.runs.get(runId);
    if (run) this.store.shape(run, people);
  }

  async read(runId: string, afterSeq = 0): Promise<RunRecord[]> {
    return (this.store.runs.get(runId)?.records.slice(afterSeq) ?? []).map(recordOf);
  }

  async list(filter: RunFilter, visible?: Visibility): Promise<Page<RunRow>> {
    return listRuns([...this.store.runs.values()], filter, visible);
  }

  private withKeyOf({ idempotencyKey, workflow, tenant }: RunRow): MemoryRun | undefined {
    if (idempotencyKey === null) return undefined;
    return [...this.store.runs.values()].find(
      ({ row }) =>
        row.idempotencyKey === idempotencyKey && row.workflow === workflow && row.tenant === tenant,
    );
  }

  private commit(append: Append, sealed: readonly HashedDraft[]): Appended {
    const { runId, epoch, effects } = append;
    const run = this.store.runs.get(runId);
    if (!run || !this.held.has(runId) || run.row.workerId === null || run.row.leaseEpoch !== epoch) {
      return 'fenced';
    }
    if (run.row.finishedAt !== null && !mayFollowTheEnd(append)) return 'fenced';
    const inbox = run.inbox.filter(({ id }) => !effects?.consumed?.includes(id));
    if (effects?.release && inbox.length > 0) return 'inbox-not-empty';
    const { generation = 0 } = this.store.limits.get(killSwitchLimit) ?? {};
    if (effects?.ifSwitches !== undefined && effects.ifSwitches !== generation) return 'switched';
    const chained = chainHashed(runId, sealed, { seq: run.row.seq, hash: run.row.headHash });
    run.records.push(...chained);
    run.inbox = inbox;
    const last = chained.at(-1);
    this.store.update(run, {
      inboxPending: inbox.length,
      ...(last ? { seq: last.seq, headHash: last.hash } : {}),
      ...(append.usage ? { usage: append.usage } : {}),
      ...(isProgress(append.records) ? { recoveryCount: 0 } : {}),
    });
    this.applyEffects(run, append);
    return 'ok';
  }

  private applyEffects(run: MemoryRun, { effects }: Append): void {
    if (!effects) return;
    const now = this.clock.now();
    const finishedAt = finishedAtOf(effects, new Date(now).toISOString());
    this.store.update(run, {
      ...(effects.status === undefined ? {} : { status: effects.status }),
      ...(finishedAt === undefined ? {} : { finishedAt: finishedAt === null ? null : new Date(finishedAt) }),
      ...(effects.release
        ? {
            workerId: null,
            wakeAt: effects.release.wakeAt === null ? null : new Date(effects.release.wakeAt),
          }
        : {}),
    });
    if (effects.release) run.waitsFor = effects.release.waitsFor;
    for (const part of memoryCommitParts) part(this.store, run.row, effects, now);
  }
}

function noDatabase(): never {
  throw new NonRetryableError(
    "ctx.manager writes to the database of the module, and persistence is 'memory': there is none.",
  );
}
