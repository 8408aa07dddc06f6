import type { Schema, Usage } from '../values/index.js';
import type { AccessRule, Effect, OnInDoubt, RetryPolicy, ReviewDefinition } from './policies.js';

/** What calls can be: each passes the gate. `run` is a sub-workflow. */
export type CallKind = 'step' | 'model' | 'tool' | 'retrieval' | 'handoff' | 'once' | 'run';

export interface PerformContext {
  readonly runId: string;
  /** Aborts at the timeout, on cancel, when a sibling fails, when the lease is lost. */
  readonly signal: AbortSignal;
  /** The same for every attempt of this call. */
  readonly idempotencyKey: string;
  /** A guardrail looks at what this call gives: until it has, nobody else may see any of it. */
  readonly isGuarded: boolean;
  /** Marks a sign of life: renews `idleTimeout` of the step. */
  heartbeat(): void;
  /** Stands still until that run has ended; its output is then the result of this call. Never settles. */
  waitForRun(runId: string): Promise<never>;
}

/** An action that asks to pass the gate. The gate knows no prices and no providers: the caller brings what it needs. */
export interface Call<Result = unknown> {
  readonly kind: CallKind;
  readonly name: string;
  /** What is hashed, shown to people, and handed to guardrails. */
  readonly arguments: unknown;
  /** What of the final arguments goes on record, where others hold the rest. @default all of it */
  recorded?(args: unknown): unknown;
  /** Puts on disk what the arguments refer to, before any record does. Undefined where there is nothing to put. */
  store?(runId: string): Promise<void> | undefined;
  readonly effect: Effect;
  readonly onInDoubt: OnInDoubt;
  /** Milliseconds per attempt. */
  readonly timeout?: number | undefined;
  readonly retry?: RetryPolicy | undefined;
  readonly access?: AccessRule | undefined;
  readonly review?: ReviewDefinition | undefined;
  /** Checks arguments, again after a guardrail or a person has changed them. */
  readonly input?: Schema | undefined;
  /** Checks the result. */
  readonly output?: Schema | undefined;
  /** The most that it may use: reserved before, so that a budget can't be overshot. */
  estimate?(args: unknown): Usage;
  /** What it has used in truth, as it was performed with these arguments. */
  settle?(result: Result, args: unknown): Usage;
  /** The agent that makes it, and all calls that its body makes. @default that of the call around it */
  readonly agent?: string | undefined;
  /** Who is the actor of the record: `model` where a model chose the call. Default: code. */
  readonly actor?: { readonly kind: 'code' | 'model'; readonly id: string } | undefined;
  perform(args: unknown, context: PerformContext): Promise<Result> | Result;
}
