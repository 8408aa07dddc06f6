import type { EntityManager } from 'typeorm';
import { NonRetryableError } from '../errors/index.js';
import type { LoggerService } from '@nestjs/common';
import { milliseconds } from '../clock/index.js';
import { type OnceOptions, currentScope, StepContext } from '../scope/index.js';
import { type JsonValue, type Principal, toJson } from '../values/index.js';
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
    this.owner.scope.emit({
      type: 'step.progress',
      value: toJson(value, `the progress of ${this.step}`) ?? null,
    });
  }

  once<T>(name: string, action: () => Promise<T> | T, options: OnceOptions = {}): Promise<T> {
    const effect = options.effect ?? 'idempotent';
    const scope = currentScope() ?? this.owner.scope;
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
}
