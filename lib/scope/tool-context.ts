import type { JsonValue, Principal } from '../values/index.js';

/** What a tool knows of its call. Injected with `@ToolCtx()`, behind the input; outside a run it is undefined. */
export abstract class ToolContext {
  abstract readonly runId: string;
  abstract readonly workflow: string;
  abstract readonly step: string;
  /** The agent that calls it, itself or by another call; absent where there is none. */
  abstract readonly agent: string | undefined;
  abstract readonly principal: Principal | undefined;
  /** Aborts at the timeout of the call, on cancel, and when the lease is lost. Hand it to whatever takes one. */
  abstract readonly signal: AbortSignal;
  /** The same for every attempt of this call, and for no call of another run. Hand it to services that take such a key. */
  abstract readonly idempotencyKey: string;
  /** A sign of life: renews `idleTimeout` of the step. */
  abstract heartbeat(): void;
  /**
   * How far it has come: listeners of the agent that has called it get a `tool.progress`. Nothing of it is kept, and the model is not
   * told; where nobody listens, it is lost. @throws {PayloadError} if it is not JSON, or is above 16 kB
   */
  abstract progress(value: JsonValue): void;
}
