import type { ErrorData } from '../errors/index.js';
import type { JsonValue } from '../values/index.js';
import type {
  StepPhase,
  RecordPlace,
  RecordDraft,
  RunState,
  StepDefinition,
  Wait,
  WorkflowDefinition,
} from '../workflow/index.js';
import type { ActivationState } from '../workflow/index.js';
import type { RecordEffects } from '../journal/index.js';
import type { ExecutionScope } from '../scope/index.js';
import type { AbortSource } from './perform/abort-source.js';
import type { Reservations } from './budget/reservations.js';
import type { CallFrame } from './call-frame.js';
import type { Deadline } from './perform/deadline.js';
import type { Occurrences } from './memory/occurrences.js';

/** What a call came to when nobody waited for it any more. */
export interface LateOutcome {
  readonly step: string;
  readonly iteration: number;
  readonly item?: number;
  readonly key: string;
  readonly result?: JsonValue;
  /** It says that nothing has happened. */
  readonly error?: ErrorData;
}

/** The held run as the gate sees it. */
export interface GatedRun {
  readonly state: RunState;
  readonly definition: WorkflowDefinition;
  /** Most bytes (UTF-8) of one value. */
  readonly payloadLimit: number;
  /** Milliseconds since the epoch, by the database's clock. */
  now(): number;
  /**
   * Takes records into the state at once and resolves when they are on disk.
   * @throws {LeaseLostError} if another worker holds the run now.
   */
  append(drafts: readonly RecordDraft[], also?: RecordEffects): Promise<void>;
  /** Right before an effect. @throws {LeaseLostError} if this worker can't be sure that it still holds the run. */
  assertHeld(): void;
  /** Nothing more is written: the next holder continues from what is on disk. */
  lose(error: unknown): void;
  /** Tells the worker that holds the run now how an irreversible call ended. */
  report(outcome: LateOutcome): void;
  readonly reservations: Reservations;
  /** The calls in flight, of all attempts. */
  readonly calls: ReadonlySet<CallFrame>;
}

/** One attempt of a step: what the gate has to know of it. */
export interface Attempt {
  readonly run: GatedRun;
  readonly definition: StepDefinition;
  readonly activationState: ActivationState;
  readonly place: RecordPlace & {
    readonly step: string;
    readonly iteration: number;
    readonly attempt: number;
  };
  /** Which of the step's methods it runs. */
  readonly phase: StepPhase;
  /** Aborts with the attempt, for whatever reason. */
  readonly stop: AbortSource;
  /** The same for every attempt of the step. */
  readonly idempotencyKey: string;
  /** How often each equal call has been begun in this attempt. */
  readonly occurrences: Occurrences;
  /** The calls in flight. */
  readonly frames: ReadonlySet<CallFrame>;
  /** What code of this attempt runs in. */
  readonly scope: ExecutionScope;
  /** Puts records about this attempt on disk; inside a transaction, with it. */
  append(drafts: readonly RecordDraft[], also?: RecordEffects): Promise<void>;
  /**
   * Before a call is begun. Where one call waits, those in flight beside it come to their end, with all they call: then it ends.
   * @throws {StepClosedError} if the attempt has ended.
   */
  assertOpen(): void;
  /** What is told to those that come too late. */
  closedError(): Error;
  /** Calls once, when the attempt is suspended for good. */
  onQuiescent(listener: () => void): void;
  /** The step's method begins: `deadline` is the time that it has. */
  enter(deadline: Deadline): void;
  heartbeat(): void;
  /** A call begins: it is in flight until `leave`. */
  admit(frame: CallFrame): void;
  /** A call has come to its end. */
  leave(frame: CallFrame): void;
  /** Closes the attempt until `wait` is over. The promise never settles: user code can't catch it. */
  suspend(frame: CallFrame, drafts: readonly RecordDraft[], wait: Wait): Promise<never>;
}
