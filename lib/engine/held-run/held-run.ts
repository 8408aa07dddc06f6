import type { RunDispatcher } from '../../dispatch/index.js';
import { asError, errorMessage, LeaseLostError, logSafely } from '../../errors/index.js';
import { type GatedRun, type LateOutcome, Reservations, type CallFrame } from '../../gate/index.js';
import type { CommitEffects, Journal, RecordEffects, RunRow } from '../../journal/index.js';
import type { Usage } from '../../values/index.js';
import {
  type RecordDraft,
  type RunRecord,
  type RunState,
  type WorkflowDefinition,
} from '../../workflow/index.js';
import type { EntityManager } from 'typeorm';
import { readableQuestion } from './readable-question.js';
import { PendingRecords, type TakenRecords } from './pending-records.js';
import { logFailures } from './failure-log.js';
import { postLateOutcome } from './post-late-outcome.js';
import type { Lease } from '../worker/lease.js';
import { isRefusal, RefusedRecordsError, writeOneByOne } from './refused-records.js';
import { withRows } from './rows-of-records.js';

export interface HeldRunPorts {
  /** Most bytes of one value. */
  readonly payloadLimit: number;
  readonly journal: Pick<Journal, 'append' | 'transact' | 'post'>;
  readonly lease: Pick<Lease, 'now' | 'assertHeld'>;
  readonly dispatcher: Pick<RunDispatcher, 'dispatch'>;
  /** Records that are on disk now. */
  published(runId: string, records: readonly RunRecord[]): void;
}

/** A run that this process holds: its state, and the only way to add to it. */
export class HeldRun implements GatedRun {
  readonly reservations = new Reservations();
  readonly calls = new Set<CallFrame>();
  /** Set once a write was fenced or failed: the state is then ahead of the journal, and nothing more is written. */
  private reason: Error | undefined;
  private readonly pending: PendingRecords;
  private writtenUsage: Usage;

  constructor(
    readonly row: RunRow,
    readonly state: RunState,
    readonly definition: WorkflowDefinition,
    private readonly ports: HeldRunPorts,
  ) {
    this.pending = new PendingRecords(state);
    this.writtenUsage = state.usage;
  }

  get payloadLimit(): number {
    return this.ports.payloadLimit;
  }

  /** Why nothing more is written; undefined as long as the run is held. */
  get lost(): Error | undefined {
    return this.reason;
  }

  now(): number {
    return this.ports.lease.now();
  }

  assertHeld(): void {
    if (this.lost) throw this.lost;
    try {
      this.ports.lease.assertHeld(this.state.runId);
    } catch (error) {
      // Not the step's failure: the run is dropped as it is on disk, for a worker that can hold it.
      this.lose(error);
      throw error;
    }
  }

  /** Nothing more is written: the next holder continues from what is on disk. The first reason counts. */
  lose(error: unknown): void {
    this.reason ??= asError(error);
  }

  report(outcome: LateOutcome): void {
    void postLateOutcome(
      this.ports,
      this.state.runId,
      { workerId: this.row.workerId ?? 'worker', now: this.now() },
      outcome,
    );
  }

  /** The record that comes before the first other one, if there is any: a wake that finds nothing to do leaves no trace. */
  openWith(draft: RecordDraft): void {
    this.pending.openWith(draft);
  }

  open(): void {
    this.pending.open();
  }

  /** Nothing of this stretch is on record yet. */
  get isOpening(): boolean {
    return this.pending.isOpening;
  }

  /** Whether anything was taken that is not written yet. */
  get hasNews(): boolean {
    return !this.pending.isEmpty;
  }

  /**
   * Takes records into the state; the next `flush` writes them.
   * @param also what is written with the last of them
   * @throws {LeaseLostError} if the run was lost: what is decided from then on is not the run's
   */
  take(drafts: readonly RecordDraft[], also?: RecordEffects): void {
    if (this.lost) throw this.lost;
    if (drafts.length > 0) this.open();
    for (const [index, draft] of drafts.entries())
      this.pending.add(
        draft.type === 'review.requested' ? readableQuestion(draft) : draft,
        index === drafts.length - 1 ? also : undefined,
      );
  }

  async append(drafts: readonly RecordDraft[], also?: RecordEffects): Promise<void> {
    this.take(drafts, also);
    await this.flush();
  }

  /**
   * Writes what was taken, with all that `effects` asks for, in one commit.
   * `whenReleased`: records that count only if the run is really released; `'inbox-not-empty'`: it was not, and nothing was written.
   * @throws {LeaseLostError} if another worker holds the run now.
   */
  async flush(
    effects: CommitEffects = {},
    whenReleased: readonly RecordDraft[] = [],
  ): Promise<'ok' | 'inbox-not-empty'> {
    if (this.lost) throw this.lost;
    const { runId } = this.state;
    if (this.pending.isEmpty && whenReleased.length === 0 && Object.keys(effects).length === 0) return 'ok';
    const pending = this.pending.take();
    const drafts = whenReleased.length === 0 ? pending.drafts : [...pending.drafts, ...whenReleased];
    const { effects: own } = pending;
    const whole = withRows(effects, drafts, own);
    const { writtenUsage } = this;
    try {
      const outcome = await this.ports.journal.append({
        runId,
        epoch: this.row.leaseEpoch,
        records: drafts,
        ...this.changedUsage(),
        ...(whole ? { effects: whole } : {}),
      });
      if (outcome === 'fenced') throw this.fenced();
      if (outcome === 'switched') throw this.switched();
      if (outcome === 'inbox-not-empty') {
        this.pending.putBack(pending);
        this.writtenUsage = writtenUsage;
        return 'inbox-not-empty';
      }
    } catch (error) {
      const reason = isRefusal(error) ? await this.refused({ drafts, effects: own }, whole, error) : error;
      this.lose(reason);
      throw reason;
    }
    for (const draft of whenReleased) pending.records.push(this.pending.apply(draft));
    this.publish(pending.records);
    return 'ok';
  }

  /**
   * Has `work` write through a database transaction, and what it comes to is written in the same commit.
   * @throws what `work` throws, after a rollback; {LeaseLostError} if another worker holds the run now, or nobody knows
   */
  async transact(work: (manager: EntityManager) => Promise<readonly RecordDraft[]>): Promise<void> {
    if (this.lost) throw this.lost;
    const { runId } = this.state;
    let pending: TakenRecords | undefined;
    try {
      const outcome = await this.ports.journal.transact(runId, async (manager) => {
        this.take(await work(manager));
        pending = this.pending.take();
        return {
          runId,
          epoch: this.row.leaseEpoch,
          records: pending.drafts,
          ...this.changedUsage(),
        };
      });
      if (outcome !== 'ok') throw this.fenced();
    } catch (error) {
      if (pending && isRefusal(error)) this.lose(new RefusedRecordsError(pending.drafts, error));
      else if (pending || error instanceof LeaseLostError) this.lose(error);
      throw error;
    }
    this.publish(pending?.records ?? []);
  }

  /** It is on disk: what listeners make of it can't change that. */
  private publish(records: readonly RunRecord[]): void {
    logFailures(this.state, records);
    try {
      this.ports.published(this.state.runId, records);
    } catch (error) {
      logSafely('error', `A listener of run ${this.state.runId} threw: ${errorMessage(error)}`);
    }
  }

  /** The state is ahead of the journal now: the run has to be read again. Nothing else is written meanwhile. */
  private async refused(
    { drafts, effects: own }: Pick<TakenRecords, 'drafts' | 'effects'>,
    effects: CommitEffects | undefined,
    cause: unknown,
  ): Promise<RefusedRecordsError> {
    this.reason ??= new RefusedRecordsError([], cause);
    if (drafts.length === 1 && (effects === undefined || drafts[0]?.attempt !== undefined))
      return (this.reason = new RefusedRecordsError(drafts, cause));
    const { runId } = this.state;
    const culprits = await writeOneByOne({ drafts, effects: own }, (append) =>
      this.ports.journal.append({ runId, epoch: this.row.leaseEpoch, ...append }),
    );
    return (this.reason = new RefusedRecordsError(culprits, cause));
  }

  /** The row holds it already, as long as nothing was used. */
  private changedUsage(): { readonly usage?: Usage } {
    const { usage } = this.state;
    if (usage === this.writtenUsage) return {};
    this.writtenUsage = usage;
    return { usage };
  }

  private switched(): LeaseLostError {
    const { runId } = this.state;
    return new LeaseLostError(
      `The kill switch was changed when run ${runId} was about to begin something irreversible. It was not begun; the run continues from its journal, under the switch as it is now.`,
      { details: { runId } },
    );
  }

  private fenced(): LeaseLostError {
    const { runId } = this.state;
    return new LeaseLostError(
      `Run ${runId} is held by another worker now (this one held epoch ${this.row.leaseEpoch}). What was in flight here is dropped; the other worker continues.`,
      { details: { runId, epoch: this.row.leaseEpoch } },
    );
  }
}
