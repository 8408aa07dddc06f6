import type { EntityManager } from 'typeorm';
import { NonRetryableError, RunCancelledError, StepClosedError } from '../../errors/index.js';
import { AbortSource, type Attempt, type CallFrame, type Deadline, Occurrences } from '../../gate/index.js';
import type { RecordEffects } from '../../journal/index.js';
import type { ExecutionScope } from '../../scope/index.js';
import { hashOf, type Usage } from '../../values/index.js';
import {
  type Activation,
  activationAt,
  activationKey,
  type ActivationState,
  type RecordDraft,
  type StepDefinition,
  type Wait,
} from '../../workflow/index.js';
import type { HeldRun } from '../held-run/held-run.js';
import { CallsInFlight } from './calls-in-flight.js';

/** One attempt of a step while it lasts. Whatever its code does after it has ended is refused. */
export class StepAttempt implements Attempt {
  readonly place: Attempt['place'];
  readonly activationState: ActivationState;
  private readonly calls = new CallsInFlight(this);
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
  private isClosed = false;

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

  /** Of another activation: its output was given in place of this one's. */
  reusedFrom: { readonly runId: string; readonly call: string; readonly saved: Usage } | undefined;

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
    this.calls.onQuiescent(listener);
  }

  get closed(): boolean {
    return this.isClosed;
  }

  /** What happens inside a transaction is written with it; all else at once. */
  async append(drafts: readonly RecordDraft[], also?: RecordEffects): Promise<void> {
    if (this.manager) this.run.take(drafts, also);
    else await this.run.append(drafts, also);
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
    this.calls.abort();
  }

  /** Refuses every further call. */
  close(): void {
    this.isClosed = true;
  }

  get frames(): ReadonlySet<CallFrame> {
    return this.calls.frames;
  }

  admit(frame: CallFrame): void {
    this.calls.admit(frame);
  }

  leave(frame: CallFrame): void {
    this.calls.leave(frame);
  }

  suspend(frame: CallFrame, drafts: readonly RecordDraft[], wait: Wait): Promise<never> {
    if (this.manager) throw waitsInTransaction(this);
    if (this.phase === 'compensate') throw waitsInCompensation(this);
    return this.calls.suspend(frame, drafts, wait);
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
