import type { EntityManager } from 'typeorm';
import { NonRetryableError, RunCancelledError, StepClosedError } from '../../errors/index.js';
import {
  AbortSource,
  type Attempt,
  type CallFrame,
  type Deadline,
  markSuspended,
  Occurrences,
  release,
} from '../../gate/index.js';
import type { ExecutionScope } from '../../scope/index.js';
import { hashOf } from '../../values/index.js';
import {
  type Activation,
  activationAt,
  activationKey,
  type ActivationState,
  draft,
  type RecordDraft,
  type StepDefinition,
  type Wait,
} from '../../workflow/index.js';
import type { HeldRun } from '../held-run/held-run.js';

interface Suspension {
  readonly frame: CallFrame;
  readonly drafts: readonly RecordDraft[];
  readonly wait: Wait;
}

/** One attempt of a step while it lasts. Whatever its code does after it has ended is refused. */
export class StepAttempt implements Attempt {
  readonly place: Attempt['place'];
  readonly activationState: ActivationState;
  private readonly inFlight = new Set<CallFrame>();
  readonly scope: ExecutionScope;
  readonly stop = new AbortSource();
  /** Milliseconds since the epoch, by the database's clock. */
  readonly begunAt: number;
  /** Names it among the attempts of its run. */
  readonly name: string;
  private key: string | undefined;
  private counts: Occurrences | undefined;
  private body: Deadline | undefined;
  /** The open transaction of a `transactional` step. */
  manager: EntityManager | undefined;
  /** The method that its code is in, and the provider that the method is called on. */
  performed: ExecutionScope['body'];
  private readonly suspensions: Suspension[] = [];
  private isClosed = false;
  private isQuiescent = false;
  private quiescenceListeners: (() => void)[] = [];

  constructor(
    readonly run: HeldRun,
    readonly definition: StepDefinition,
    readonly activation: Activation,
    /** What its code runs in. */
    scopeOf: (attempt: StepAttempt) => ExecutionScope,
  ) {
    const { step, iteration, item, attempt } = activation;
    this.place = { step, iteration, ...(item === undefined ? {} : { item }), attempt };
    const activationState = activationAt(run.state, this.place);
    if (!activationState)
      throw new Error(`${run.definition.name}.${step} has no item ${item ?? 0} in iteration ${iteration}`);
    this.activationState = activationState;
    this.begunAt = run.now();
    this.name = activationKey(activation);
    this.scope = scopeOf(this);
  }

  get phase(): Activation['phase'] {
    return this.activation.phase;
  }

  get occurrences(): Occurrences {
    return (this.counts ??= new Occurrences());
  }

  /** Hashed when it is asked for: most steps never do. */
  get idempotencyKey(): string {
    const { step, iteration, item } = this.place;
    return (this.key ??= hashOf([this.run.state.runId, step, iteration, item ?? null]));
  }

  /** It is suspended when it waits for somebody, or was aborted and nothing of it continues. */
  onQuiescent(listener: () => void): void {
    if (this.isQuiescent) listener();
    else this.quiescenceListeners.push(listener);
  }

  get closed(): boolean {
    return this.isClosed;
  }

  /** What happens inside a transaction is written with it; all else at once. */
  async append(drafts: readonly RecordDraft[]): Promise<void> {
    if (this.manager) this.run.take(drafts);
    else await this.run.append(drafts);
  }

  /** What the step's code is to observe. */
  get bodySignal(): AbortSignal {
    return (this.body?.stop ?? this.stop).signal;
  }

  enter(deadline: Deadline): void {
    this.body = deadline;
  }

  heartbeat(): void {
    this.body?.heartbeat();
  }

  /** It is closed only when no call is in flight that could still make others, or when none of them may. */
  assertOpen(): void {
    if (this.isClosed) throw this.closedError();
  }

  closedError(): StepClosedError {
    return new StepClosedError(
      `${this.run.definition.name}.${this.place.step} (run ${this.run.state.runId}, attempt ${this.place.attempt}) has ended: ` +
        'what its code still does has no effect. Await every call before the method returns, and observe ctx.abortSignal.',
      { details: { runId: this.run.state.runId, step: this.place.step } },
    );
  }

  /** Ends the attempt from outside. */
  abort(
    reason: Error = new RunCancelledError(
      `${this.run.definition.name}.${this.place.step} was aborted: its run ends, or it is no longer needed`,
    ),
  ): void {
    this.close();
    this.stop.abort(reason);
    this.releaseReservations();
    this.settleAbort();
  }

  /** Refuses every further call. */
  close(): void {
    this.isClosed = true;
  }

  get frames(): ReadonlySet<CallFrame> {
    return this.inFlight;
  }

  admit(frame: CallFrame): void {
    this.inFlight.add(frame);
  }

  leave(frame: CallFrame): void {
    this.inFlight.delete(frame);
    if (this.stop.aborted) this.settleAbort();
    else this.checkQuiescence();
  }

  suspend(frame: CallFrame, drafts: readonly RecordDraft[], wait: Wait): Promise<never> {
    if (this.manager) throw waitsInTransaction(this);
    if (this.phase === 'compensate') throw waitsInCompensation(this);
    markSuspended(frame);
    this.suspensions.push({ frame, drafts, wait });
    // A delegation is at the end of its method: there are no other branches.
    if (wait.for === 'run') void this.settleSuspension();
    else this.checkQuiescence();
    // Never settles: a catch or a finally in user code can't swallow the wait.
    return new Promise<never>(() => undefined);
  }

  /** An aborted attempt is over when no call is in flight that could still put something on record. */
  private settleAbort(): void {
    if (!this.hasUnsuspended()) this.markQuiescent();
  }

  /** Whether a call is in flight that does not wait. */
  private hasUnsuspended(): boolean {
    return [...this.inFlight].some((frame) => !frame.suspended);
  }

  /** What waits has nothing set aside any more: the limits of a child stand with its wait, if it comes to that. */
  private releaseReservations(): readonly Suspension[] {
    const pending = this.suspensions.splice(0);
    for (const { frame } of pending) release(this.run, frame);
    return pending;
  }

  private markQuiescent(): void {
    this.isQuiescent = true;
    for (const listener of this.quiescenceListeners.splice(0)) listener();
  }

  /** Other branches of its code continue as long as they have calls in flight; between two calls they get a moment. */
  private checkQuiescence(): void {
    if (this.suspensions.length > 0) setImmediate(() => void this.settleSuspension());
  }

  /** Once every other call in flight is on record, the attempt's wait is. */
  private async settleSuspension(): Promise<void> {
    if (this.suspensions.length === 0 || this.stop.aborted || this.hasUnsuspended()) return;
    this.close();
    const pending = this.releaseReservations();
    const waiting = draft(
      { kind: 'code', id: this.run.definition.name },
      this.run.now(),
      'step.waiting',
      { waits: pending.map(({ wait }) => wait) },
      this.place,
    );
    try {
      await this.run.append([...pending.flatMap(({ drafts }) => drafts), waiting]);
    } catch {
      // The run is lost to this worker; its driver learns of it from the run itself.
    }
    this.markQuiescent();
  }
}

function waitsInCompensation({ run, place }: StepAttempt): NonRetryableError {
  return new NonRetryableError(
    `The compensation of ${run.definition.name}.${place.step} would have to wait for a person or a budget. A run that is being undone waits for nobody: look at what its call has done, and let a compensation make only calls that need no review.`,
  );
}

function waitsInTransaction({ run, place }: StepAttempt): NonRetryableError {
  return new NonRetryableError(
    `${run.definition.name}.${place.step} is transactional and would have to wait for a person or a budget; a transaction can't wait. Let a step before it decide.`,
  );
}
