import type { Call, ExecutionScope, PerformContext, StepContext } from '../scope/index.js';
import type { Principal } from '../values/index.js';
import type { Deadline } from './deadline.js';
import type { Passage } from './passage.js';
import type { Performing } from './performing.js';
import { unheard } from './unheard.js';

/** What the body of a call runs in: the scope around it, but calls that it makes stand below this one. */
export class BodyScope implements ExecutionScope, PerformContext {
  /** The body has ended: calls that it has left behind come too late. */
  isOver = false;

  constructor(
    private readonly around: ExecutionScope,
    private readonly passage: Passage,
    private readonly performing: Pick<Performing, 'inner' | 'isGuarded'>,
    private readonly deadline: Deadline,
  ) {}

  get runId(): string {
    return this.around.runId;
  }

  get workflow(): string {
    return this.around.workflow;
  }

  get step(): string {
    return this.around.step;
  }

  get attempt(): number {
    return this.around.attempt;
  }

  get principal(): Principal | undefined {
    return this.around.principal;
  }

  get context(): StepContext {
    return this.around.context;
  }

  get body(): ExecutionScope['body'] {
    return this.around.body;
  }

  get closed(): boolean {
    return this.around.closed;
  }

  call<Result>(call: Call<Result>): Promise<Result> {
    if (this.isOver) return unheard(Promise.reject<never>(this.passage.attempt.closedError()));
    return unheard(this.performing.inner(this.passage.frame, call));
  }

  emit(event: { readonly type: string; readonly [key: string]: unknown }): void {
    this.around.emit(event);
  }

  get signal(): AbortSignal {
    return this.deadline.stop.signal;
  }

  get idempotencyKey(): string {
    const { attempt, call, frame } = this.passage;
    return call.kind === 'step' ? attempt.idempotencyKey : frame.key;
  }

  get isGuarded(): boolean {
    return this.performing.isGuarded;
  }

  heartbeat(): void {
    this.passage.attempt.heartbeat();
  }

  waitForRun(runId: string): Promise<never> {
    const { attempt, frame } = this.passage;
    const slice = attempt.run.reserved.get(frame.key)?.child?.childBudget;
    return attempt.suspend(frame, [], {
      for: 'run',
      runId,
      step: attempt.place.step,
      key: frame.key,
      ...(slice ? { slice } : {}),
    });
  }
}
