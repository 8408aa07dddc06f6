import { AsyncLocalStorage } from 'node:async_hooks';
import type { JsonValue, Principal } from '../values/index.js';
import type { ConversationUse } from './conversation-use.js';
import type { Call, RecalledCall } from './call.js';
import type { StepContext } from './step-context.js';
import type { SystemCaller } from './system-caller.js';

/** What a user has said to an agent while it works. */
export interface SaidMessage {
  readonly id: string;
  readonly text: string;
  /** Key of the agent's call; absent where it is the only one. */
  readonly call?: string | undefined;
}

/** An update of a field of a shared state. */
export interface SharedUpdate {
  /** Number of its record. */
  readonly seq: number;
  readonly state: string;
  readonly field: string;
  readonly update: JsonValue;
}

/** The run that the current code belongs to. */
export interface ExecutionScope {
  readonly runId: string;
  readonly workflow: string;
  readonly step: string;
  readonly attempt: number;
  /** The agent that the code works for; absent where there is none. */
  readonly agent?: string | undefined;
  readonly principal: Principal | undefined;
  /** The host's own code that started the run; absent where a principal did, or nobody is known. */
  readonly system?: SystemCaller | undefined;
  /** In which the run answers, where it is that of an agent. */
  readonly conversation?: ConversationUse | undefined;
  /** Answers of agents come as streams, also where nobody listens. */
  readonly isStreamed?: boolean;
  readonly context: StepContext;
  /** The method of the workflow that is being performed, and the provider that it is called on. */
  readonly body?: { readonly host: object; readonly method: string } | undefined;
  /** The attempt has ended: every further call is refused with `StepClosedError`. */
  readonly closed: boolean;
  /** Number of the last record of the run. */
  readonly seq: number;
  /** Updates of shared states of the run, in their order. */
  stateUpdates(): readonly SharedUpdate[];
  /** What users have said to agents of the run, and none was told of yet. */
  said(): readonly SaidMessage[];
  /** Whether a budget of the run, or of the step, has reached the soft limit from which cheaper models are asked. */
  readonly isShortOfBudget: boolean;
  /** What is on record of a call that would be made now. It is not made, and not counted. */
  recalled(call: Pick<Call, 'kind' | 'name' | 'arguments' | 'position'>): RecalledCall | undefined;
  /** Sends an action through the gate. */
  call<Result>(call: Call<Result>): Promise<Result>;
  /** Tells listeners something that is never journaled. */
  emit(event: { readonly type: string; readonly [key: string]: unknown }): void;
}

interface Slot {
  readonly version: string;
  readonly storage: AsyncLocalStorage<ExecutionScope>;
}

/** Shared by every copy of the package in the process, so that a second copy opens no way around the gate. */
const slotKey = Symbol.for('nestjs-nestor.scope');
/** Of the contract of this slot, not of the package. */
const slotVersion = '1';

/** @throws {Error} if another version of the package is loaded in the process. */
function storage(): AsyncLocalStorage<ExecutionScope> {
  const holder = globalThis as { [slotKey]?: Slot };
  const slot = (holder[slotKey] ??= { version: slotVersion, storage: new AsyncLocalStorage() });
  if (slot.version !== slotVersion) {
    throw new Error(
      `Two versions of nestjs-nestor are loaded in one process (scope ${slot.version} and ${slotVersion}): ` +
        `tools of one would not pass the gate of the other. Make npm install a single one ("npm ls nestjs-nestor" shows both).`,
    );
  }
  return slot.storage;
}

/** The scope of the code that asks, or `undefined` outside a run. */
export function currentScope(): ExecutionScope | undefined {
  return storage().getStore();
}

/** Runs `body` as part of the run that `scope` describes. */
export function runInScope<T>(scope: ExecutionScope, body: () => T): T {
  return storage().run(scope, body);
}

/** Runs `body` outside any run: what the gate itself and the host's callbacks need. */
export function outsideScope<T>(body: () => T): T {
  return storage().exit(body);
}
