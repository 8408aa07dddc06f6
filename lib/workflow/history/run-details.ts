import type { CallKind, Effect } from '../../scope/index.js';
import type { ErrorData } from '../../errors/index.js';
import type { JsonValue, Principal, Usage } from '../../values/index.js';
import type { ReviewRequested, RunBudget, RunCreated, StepPhase } from '../records/record-facts.js';
import type { ActivationStatus } from '../state/run-state.js';
import type { RunStatus } from '../state/run-status.js';
import type { Wait } from '../state/wait.js';

/** Everything that the records of a run tell of it, as plain data: for dashboards and debugging. Times are ISO strings. */
export interface RunDetails {
  readonly runId: string;
  readonly workflow: string;
  readonly version: string;
  readonly status: RunStatus;
  /** How many records it has. */
  readonly records: number;
  readonly createdAt: string;
  /** When the last record was written. */
  readonly updatedAt: string;
  readonly principal?: Principal;
  readonly parent?: NonNullable<RunCreated['parent']>;
  readonly input: JsonValue;
  readonly output?: JsonValue;
  readonly error?: ErrorData;
  readonly usage: Usage;
  /** With all that it was raised by. */
  readonly budget: RunBudget;
  readonly waits: readonly Wait[];
  /** Open ones. */
  readonly reviews: readonly OpenReview[];
  /** Names of signals that no step has taken yet, oldest first. */
  readonly signals: readonly string[];
  /** In the order in which the records first name them; those that no record names come last. */
  readonly steps: readonly StepDetails[];
}

export type OpenReview = ReviewRequested & {
  readonly step?: string;
  readonly iteration?: number;
  readonly item?: number;
};

export interface StepDetails {
  readonly name: string;
  readonly status: ActivationStatus;
  /** The current one, from 0. */
  readonly iteration: number;
  /** Of the current iteration. */
  readonly output?: JsonValue;
  readonly error?: ErrorData;
  readonly usage?: Usage;
  /** When the next attempt may begin. */
  readonly nextAttemptAt?: string;
  readonly waits: readonly Wait[];
  /** Of a `forEach` step: how many items there are, by status. */
  readonly items?: { readonly count: number } & { readonly [status in ActivationStatus]?: number };
  /** Every attempt that has ended or waits, oldest first. */
  readonly attempts: readonly AttemptDetails[];
  /** Calls that its code has made, in all attempts, oldest first. */
  readonly calls: readonly CallDetails[];
}

export interface AttemptDetails {
  readonly iteration: number;
  readonly item?: number;
  /** From 1. */
  readonly attempt: number;
  readonly phase: StepPhase;
  readonly outcome: 'completed' | 'failed' | 'interrupted' | 'waiting' | 'compensated';
  /** When it came to that. */
  readonly at: string;
  /** Milliseconds; absent where it waits. */
  readonly duration?: number;
  readonly error?: ErrorData;
}

export interface CallDetails {
  readonly key: string;
  /** Key of the call whose body made it; absent where the step's own code did. */
  readonly within?: string;
  readonly kind: CallKind;
  readonly name: string;
  readonly effect: Effect;
  readonly iteration: number;
  readonly item?: number;
  readonly attempt: number;
  /** `intended`: it was begun, and its outcome is not on record. `in-doubt`: it is known to be unknown. */
  readonly status: 'intended' | 'completed' | 'failed' | 'in-doubt';
  readonly at: string;
  readonly arguments?: JsonValue;
  readonly result?: JsonValue;
  readonly error?: ErrorData;
  readonly usage?: Usage;
  /** Milliseconds. */
  readonly duration?: number;
  /** The review whose decision it follows. */
  readonly reviewId?: string;
}
