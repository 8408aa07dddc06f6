import { hashOf, ignoreRejection, type JsonValue, toJson, type Usage } from '../../values/index.js';
import type {
  Call,
  CallRecords,
  ExecutionScope,
  PerformContext,
  RecalledCall,
  RecordedCall,
  SaidMessage,
  SharedUpdate,
  StepContext,
} from '../../scope/index.js';
import type { Principal } from '../../values/index.js';
import type { Deadline } from './deadline.js';
import type { GateCall } from '../gate-call.js';
import type { CallFrame } from '../call-frame.js';
import { callsBelow } from '../memory/calls-below.js';
import { recalledCall } from '../memory/look-up.js';

/** Bytes of what a call tells of its progress. */
const mostProgress = 16_384;

/** What becomes of calls that the body of a call makes. */
export interface NestedCalls {
  /** Whether a guardrail looks at the result of the call itself. */
  readonly isGuarded: boolean;
  /** Whether guardrails let a part of it be seen. */
  readonly mayShow?: PerformContext['mayShow'];
  /** Sends a call through the gate. */
  inner<R>(frame: CallFrame, call: Call<R>): Promise<R>;
}

/** What the body of a call runs in: the scope around it, but calls that it makes are nested in this one. */
export class CallScope implements ExecutionScope, PerformContext {
  /** The body has ended: calls that it has left behind come too late. */
  isOver = false;

  constructor(
    private readonly parent: ExecutionScope,
    private readonly gateCall: GateCall,
    private readonly execution: NestedCalls,
    private readonly deadline: Deadline,
  ) {}

  get runId(): string {
    return this.parent.runId;
  }

  get workflow(): string {
    return this.parent.workflow;
  }

  get step(): string {
    return this.parent.step;
  }

  get attempt(): number {
    return this.parent.attempt;
  }

  get agent(): string | undefined {
    return this.gateCall.frame.agent;
  }

  get principal(): Principal | undefined {
    return this.parent.principal;
  }

  get system(): ExecutionScope['system'] {
    return this.parent.system;
  }

  get conversation(): ExecutionScope['conversation'] {
    return this.parent.conversation;
  }

  get isStreamed(): boolean {
    return this.parent.isStreamed ?? false;
  }

  get context(): StepContext {
    return this.parent.context;
  }

  get body(): ExecutionScope['body'] {
    return this.parent.body;
  }

  get closed(): boolean {
    return this.parent.closed;
  }

  said(): readonly SaidMessage[] {
    return this.parent.said();
  }

  stateUpdates(): readonly SharedUpdate[] {
    return this.parent.stateUpdates();
  }

  get seq(): number {
    return this.parent.seq;
  }

  get isShortOfBudget(): boolean {
    return this.parent.isShortOfBudget;
  }

  recalled(call: Call): RecalledCall | undefined {
    return recalledCall(this.gateCall.attempt, call, this.gateCall.frame);
  }

  call<Result>(call: Call<Result>): Promise<Result> {
    if (this.isOver) return ignoreRejection(Promise.reject<never>(this.gateCall.attempt.closedError()));
    return ignoreRejection(this.execution.inner(this.gateCall.frame, call));
  }

  emit(event: { readonly type: string; readonly [key: string]: unknown }): void {
    this.parent.emit(event);
  }

  get signal(): AbortSignal {
    return this.deadline.stop.signal;
  }

  get key(): string {
    return this.gateCall.frame.key;
  }

  get idempotencyKey(): string {
    const { attempt, call } = this.gateCall;
    return call.kind === 'step' ? attempt.idempotencyKey : hashOf([this.runId, this.key]);
  }

  get isGuarded(): boolean {
    return this.execution.isGuarded;
  }

  get mayShow(): PerformContext['mayShow'] {
    return this.execution.mayShow;
  }

  heartbeat(): void {
    this.gateCall.attempt.heartbeat();
  }

  progress(value: JsonValue): void {
    const { call } = this.gateCall;
    const told = toJson(value, `the progress of ${call.name}`, mostProgress) ?? null;
    // Those who listened have its end by now.
    if (!this.isOver) call.progress?.(told);
  }

  recorded(): readonly RecordedCall[] {
    return this.below().recorded();
  }

  usage(until?: number): Usage {
    return this.below().usage(until);
  }

  private below(): CallRecords {
    return callsBelow(this.gateCall.attempt, this.gateCall.frame);
  }

  waitForRun(runId: string): Promise<never> {
    const { attempt, frame } = this.gateCall;
    const childBudget = attempt.run.reservations.of(frame.key)?.child?.childBudget;
    return attempt.suspend(frame, [], {
      for: 'run',
      runId,
      step: attempt.place.step,
      key: frame.key,
      ...(childBudget ? { childBudget } : {}),
    });
  }
}
