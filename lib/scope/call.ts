import type { JsonValue, Schema, Usage } from '../values/index.js';
import type { ConversationWrite } from './conversation-write.js';
import type { AccessRule, Effect, OnInDoubt, RetryPolicy, ReviewDefinition } from './policies/policies.js';

/** What calls can be: each passes the gate. `run` is a sub-workflow. */
export type CallKind =
  | 'step'
  | 'model'
  | 'tool'
  | 'agent'
  | 'retrieval'
  | 'memory.read'
  | 'memory.write'
  | 'handoff'
  | 'once'
  | 'state'
  | 'run';

/** Where a call stands among those that the same code makes. Where there is one, the call is known by it, and not by its name and arguments. */
export type CallPosition = readonly number[];

/** A call's part in a batch: calls that are checked together, all of them before the first is performed. */
export interface BatchMember {
  /** Its checks are over: resolves when it may be performed. Rejects with what has ended the batch. */
  ready(): Promise<void>;
  /** It waits for somebody, or has ended. Told again, it is not heard. @param error what it has ended with */
  left(error?: unknown): void;
}

/** What is on record of a call that is known by its position. */
export interface RecordedCall {
  /** Number of its last record in the journal. */
  readonly seq: number;
  readonly kind: CallKind;
  readonly name: string;
  readonly position: CallPosition;
  readonly status: 'intended' | 'completed' | 'failed' | 'in-doubt' | 'reported';
  readonly arguments?: JsonValue;
  readonly result?: JsonValue;
  readonly usage?: Usage;
}

/** What is on record of a call that is about to be made. */
export interface RecalledCall {
  /** Number of its last record in the journal. */
  readonly seq: number;
  /** Of one that is known by its position, it may be another than that of the call. */
  readonly name: string;
}

/** What is on record of the calls that the body of a call has made. */
export interface CallRecords {
  /** Those that are known by their position, of this attempt or one before, in the order of the journal. */
  recorded(): readonly RecordedCall[];
  /** What all calls below it have used so far. @param until the number of the last record that counts */
  usage(until?: number): Usage;
}

export interface PerformContext extends CallRecords {
  readonly runId: string;
  /** Tells the call from all others of its run. */
  readonly key: string;
  /** Aborts at the timeout, on cancel, when a sibling fails, when the lease is lost. */
  readonly signal: AbortSignal;
  /** The same for every attempt of this call, and for no call of another run. */
  readonly idempotencyKey: string;
  /** A guardrail looks at what this call gives: until it has, nobody else may see any of it. */
  readonly isGuarded: boolean;
  /** Whether the guardrails let a part of what it gives be seen. Absent where none may be, before they have seen the whole. */
  readonly mayShow?: ((part: unknown) => Promise<boolean>) | undefined;
  /** Marks a sign of life: renews `idleTimeout` of the step. */
  heartbeat(): void;
  /** Tells listeners how far it has come, where the call has any. @throws {PayloadError} */
  progress(value: JsonValue): void;
  /** Stands still until that run has ended; its output is then the result of this call. Never settles. */
  waitForRun(runId: string): Promise<never>;
}

/** For whom a result may be given again: the same person, everybody of the tenant, everybody. */
export type CacheScope = 'user' | 'tenant' | 'global';

/** How results of a call are given again. */
export interface CallCaching {
  /** Milliseconds. */
  readonly ttl: number;
  readonly scope: CacheScope;
  /** What of its final arguments makes another call of it. */
  key(args: unknown): JsonValue;
  /** A result of another call as it is given back here. */
  reused?(
    result: JsonValue,
    from: { readonly runId: string; readonly call: string; readonly saved: Usage },
  ): JsonValue;
}

/** An action that asks to pass the gate. The gate knows no prices and no providers: the caller brings what it needs. */
export interface Call<Result = unknown> {
  readonly kind: CallKind;
  readonly name: string;
  /** @default known by its name, its arguments, and how often they came before */
  readonly position?: CallPosition | undefined;
  readonly batch?: BatchMember | undefined;
  /** What is hashed, shown to people, and handed to guardrails. */
  readonly arguments: unknown;
  /** What of the final arguments goes on record, where others hold the rest. @default all of it */
  recorded?(args: unknown): unknown;
  /** What it gives stays off the record: where the code around begins again, the call is made again. @default false */
  readonly forgetsResult?: boolean | undefined;
  /** What guardrails have made of its arguments, or of its result: without what belongs to the former value only. */
  transformed?(value: unknown, before: unknown): unknown;
  /** Puts on disk what the arguments refer to, before any record does. Undefined where there is nothing to put. */
  store?(runId: string): Promise<void> | undefined;
  readonly effect: Effect;
  readonly onInDoubt: OnInDoubt;
  /** Milliseconds per attempt. */
  readonly timeout?: number | undefined;
  /** Whether the time limits of what is around it stand still while it is performed: it has limits of its own. */
  readonly pausesClock?: boolean | undefined;
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
  /** What goes into a conversation in the commit of its result. */
  writes?(result: Result): ConversationWrite | undefined;
  /** Whether an equal call's result may be given in place of its own. @default it is made */
  readonly cache?: CallCaching | undefined;
  /** Tells listeners how far it has come. */
  progress?(value: JsonValue): void;
  /** Its result was on record: it is not performed. */
  recalled?(records: CallRecords): void;
  perform(args: unknown, context: PerformContext): Promise<Result> | Result;
}
