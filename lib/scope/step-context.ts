import type { LoggerService } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Duration } from '../clock/index.js';
import type { JsonValue, Principal } from '../values/index.js';
import type { Effect, OnInDoubt } from './policies/policies.js';

/** What a step knows about its run. Injected with `@StepCtx()`, or as the one parameter without a decorator. */
export abstract class StepContext {
  abstract readonly runId: string;
  abstract readonly workflow: string;
  abstract readonly step: string;
  /** From 0. */
  abstract readonly iteration: number;
  /** From 1. */
  abstract readonly attempt: number;
  /** Hash of (run, step, iteration, item): the same for every attempt. Hand it to services that take such a key. */
  abstract readonly idempotencyKey: string;
  abstract readonly principal: Principal | undefined;
  /** Aborts at the timeout, on cancel, when a sibling fails, when the lease is lost. */
  abstract readonly abortSignal: AbortSignal;
  abstract readonly logger: LoggerService;
  /**
   * In a `transactional` step: what it writes through this commits together with the step's result and record.
   * @throws {NonRetryableError} in any other step
   */
  abstract readonly manager: EntityManager;
  /** A sign of life: renews `idleTimeout`. */
  abstract heartbeat(): void;
  /** Tells listeners of `handle.events()` how far it is; never journaled. */
  abstract progress(value: JsonValue): void;
  /**
   * Does `action` once in the life of the step: its result is remembered over retries, waits and restarts.
   * @throws {PayloadError} if the result is not JSON.
   */
  abstract once<T>(name: string, action: () => Promise<T> | T, options?: OnceOptions): Promise<T>;
}

export interface OnceOptions {
  /** What repeating it would do to the world. @default 'idempotent' */
  readonly effect?: Effect | undefined;
  /** What happens when its outcome is unknown. @default 'review' if irreversible, else 'retry' */
  readonly onInDoubt?: OnInDoubt | undefined;
  /** Of one attempt. @default the step's */
  readonly timeout?: Duration | undefined;
}
