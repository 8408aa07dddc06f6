import { ignoreRejection } from '../../values/index.js';
import { Logger } from '@nestjs/common';
import { type Gate, isShort, recalledCall } from '../../gate/index.js';
import type {
  Call,
  ExecutionScope,
  RecalledCall,
  SaidMessage,
  SharedUpdate,
  StepContext,
} from '../../scope/index.js';
import type { Principal } from '../../values/index.js';
import { RunStepContext } from './run-step-context.js';
import type { StepAttempt } from './step-attempt.js';

type Emit = (event: { readonly type: string; readonly [key: string]: unknown }) => void;

/** What the code of an attempt runs in. */
export class AttemptScope implements ExecutionScope {
  private made: StepContext | undefined;

  constructor(
    private readonly owner: StepAttempt,
    private readonly gate: Gate,
    readonly emit: Emit,
  ) {}

  get runId(): string {
    return this.owner.run.state.runId;
  }

  get workflow(): string {
    return this.owner.run.definition.name;
  }

  get step(): string {
    return this.owner.place.step;
  }

  get attempt(): number {
    return this.owner.place.attempt;
  }

  get principal(): Principal | undefined {
    return this.owner.run.state.created.principal;
  }

  get system(): ExecutionScope['system'] {
    return this.owner.run.state.created.system;
  }

  get conversation(): ExecutionScope['conversation'] {
    return this.owner.run.state.created.conversation;
  }

  get isStreamed(): boolean {
    return this.owner.run.state.created.stream === true;
  }

  get context(): StepContext {
    return (this.made ??= new RunStepContext(this.owner, new Logger(`${this.workflow}.${this.step}`)));
  }

  get body(): ExecutionScope['body'] {
    return this.owner.performed;
  }

  get closed(): boolean {
    return this.owner.closed;
  }

  get seq(): number {
    return this.owner.run.state.seq;
  }

  said(): readonly SaidMessage[] {
    return this.owner.run.state.said ?? [];
  }

  stateUpdates(): readonly SharedUpdate[] {
    return this.owner.run.state.updates ?? [];
  }

  get isShortOfBudget(): boolean {
    return isShort(this.owner);
  }

  recalled(call: Call): RecalledCall | undefined {
    return recalledCall(this.owner, call);
  }

  call<Result>(call: Call<Result>): Promise<Result> {
    return ignoreRejection(this.gate.perform(this.owner, call));
  }
}
