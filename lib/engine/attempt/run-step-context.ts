import type { EntityManager } from 'typeorm';
import { logSafely, NonRetryableError, StepClosedError } from '../../errors/index.js';
import type { LoggerService } from '@nestjs/common';
import { milliseconds } from '../../clock/index.js';
import { type ExecutionScope, type OnceOptions, currentScope, StepContext } from '../../scope/index.js';
import { ignoreRejection, type JsonValue, type Principal, toJson } from '../../values/index.js';
import type { StepAttempt } from './step-attempt.js';

/** The context of a running attempt. */
export class RunStepContext extends StepContext {
  constructor(
    private readonly owner: StepAttempt,
    readonly logger: LoggerService,
  ) {
    super();
  }

  get runId(): string {
    return this.owner.run.state.runId;
  }

  get workflow(): string {
    return this.owner.run.definition.name;
  }

  get step(): string {
    return this.owner.place.step;
  }

  get iteration(): number {
    return this.owner.place.iteration;
  }

  get attempt(): number {
    return this.owner.place.attempt;
  }

  get idempotencyKey(): string {
    return this.owner.idempotencyKey;
  }

  get principal(): Principal | undefined {
    return this.owner.run.state.created.principal;
  }

  get abortSignal(): AbortSignal {
    return this.owner.bodySignal;
  }

  get manager(): EntityManager {
    const { manager, run, place } = this.owner;
    if (manager) return manager;
    throw new NonRetryableError(
      `${run.definition.name}.${place.step} reads ctx.manager, which only a step with \`transactional: true\` has, and only while its method runs.`,
    );
  }

  heartbeat(): void {
    this.owner.heartbeat();
  }

  progress(value: JsonValue): void {
    // Thrown at a timer or a listener of a step that is over, an error would end the process.
    if (this.owner.closed)
      return logSafely('warn', `${this.owner.closedError().message} Its progress was not passed on.`);
    this.owner.scope.emit({
      type: 'step.progress',
      value: toJson(value, `the progress of ${this.step}`) ?? null,
    });
  }

  once<T>(name: string, action: () => Promise<T> | T, options: OnceOptions = {}): Promise<T> {
    const effect = options.effect ?? 'idempotent';
    const scope = currentScope() ?? this.owner.scope;
    if (scope.context !== this) return ignoreRejection(Promise.reject<T>(this.elsewhere(scope)));
    return scope.call<T>({
      kind: 'once',
      name,
      arguments: { name },
      effect,
      onInDoubt: options.onInDoubt ?? (effect === 'irreversible' ? 'review' : 'retry'),
      timeout: options.timeout === undefined ? undefined : milliseconds(options.timeout),
      perform: async () => action(),
    });
  }

  private elsewhere(scope: ExecutionScope): StepClosedError {
    const { runId, workflow, step } = this;
    return new StepClosedError(
      `The context of ${workflow}.${step} (run ${runId}, attempt ${this.attempt}) was used in ${scope.workflow}.${scope.step} (run ${scope.runId}, attempt ${scope.attempt}). A context belongs to one attempt: take it from the parameters of the method (@StepCtx()), and never keep it.`,
      { details: { runId, step } },
    );
  }
}
