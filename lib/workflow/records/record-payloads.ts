import type { ErrorCode, ErrorData } from '../../errors/index.js';
import type { CallKind } from '../../scope/index.js';
import type { JsonValue, Usage } from '../../values/index.js';
import type {
  BudgetHolder,
  BudgetUnit,
  CallFacts,
  StepPhase,
  BudgetRaise,
  ReviewRequested,
  RunCreated,
} from './record-facts.js';
import type { Choice } from '../review.js';
import type { Wait } from '../state/wait.js';

/** What tells of a message. */
export interface MessageReference {
  /** Its id: one whose sender got no answer comes again, perhaps after it was taken. */
  readonly message?: string;
}

/** The payload of each record type. This map is the list of all records. */
export interface RecordPayloads {
  'run.created': RunCreated;
  /** What a person has written in place of an escalated input, as guardrails have left it. */
  'input.accepted': { readonly input: JsonValue };
  'run.started': { readonly worker: string };
  'run.waiting': { readonly waits: readonly Wait[] };
  'run.resumed': { readonly reason: 'wake' | 'recovered' | 'operator' };
  /** `waits`: those for limits that hold for many runs. */
  'run.paused': { readonly reason: string; readonly waits?: readonly Wait[] };
  'run.completed': { readonly output?: JsonValue };
  'run.failed': { readonly error: ErrorData };
  'run.cancelled': { readonly reason: string };
  /** `reset`: steps that start again, with all that follows from them. */
  'run.retried': { readonly reset: readonly string[] };
  'run.forked': { readonly source: string; readonly seq: number; readonly head: string };

  /** What tells of an attempt was written when it ended: it began `duration` before the record's `at`. */
  'step.completed': {
    readonly output?: JsonValue;
    /** Milliseconds. */
    readonly duration: number;
    /** Who gave the output, where it was not the step's own method. */
    readonly via?: 'fallback' | 'review' | 'cache';
    /** With `cache`: the activation that gave it, and what its calls had used. */
    readonly from?: { readonly runId: string; readonly call: string; readonly saved: Usage };
    readonly usage?: Usage;
    /** Names chosen by a `routes` step. */
    readonly routes?: readonly string[];
    readonly reviewId?: string;
  };
  'step.failed': {
    readonly error: ErrorData;
    readonly phase: StepPhase;
    readonly duration: number;
    /** No further attempt of this phase. */
    readonly final: boolean;
    /** When the next attempt may begin; absent if `final`. */
    readonly nextAttemptAt?: string;
    /** Not the step's own fault (run ended, shutdown): does not count as an attempt. */
    readonly interrupted?: boolean;
  };
  'step.skipped': {
    readonly reason: 'when' | 'routes' | 'dependencies' | 'cancelled' | 'error' | 'rejected' | 'timeout';
    /** The step, or the review, that brought it about. */
    readonly by?: string;
  };
  /** The attempt is closed until one of `waits` (at least one) is over. */
  'step.waiting': { readonly waits: readonly Wait[] };
  /** Every step of `region` begins its next iteration. */
  'step.repeated': {
    readonly region: readonly string[];
    readonly reason: 'repeat' | 'rejected';
    readonly feedback?: string;
  };
  'step.compensated': { readonly duration: number };
  'items.listed': { readonly count: number; readonly hash: string; readonly collect: boolean };

  'call.intended': CallFacts & { readonly arguments?: JsonValue };
  'call.completed': CallFacts & {
    readonly arguments?: JsonValue;
    readonly result?: JsonValue;
    readonly usage?: Usage;
    readonly duration?: number;
    /** Who says so, where it was not the call itself: a person after an in-doubt call. Of a late one: the question it answers. */
    readonly reviewId?: string;
    /** It was not made: an equal call, of this run or another one, has given the result, and cost this. */
    readonly reused?: { readonly runId: string; readonly call: string; readonly saved: Usage };
    /** Nobody waited for it any more: its time was over, or its worker had lost the run. Counts only where nobody has decided. */
    readonly late?: boolean;
  };
  /** `inDoubt`: it was intended and its outcome is unknown. */
  'call.failed': CallFacts & {
    readonly arguments?: JsonValue;
    readonly error: ErrorData;
    readonly usage?: Usage;
    readonly duration?: number;
    readonly inDoubt?: boolean;
    /** It did happen: what failed is what came after, its schema or a guardrail. */
    readonly performed?: boolean;
    readonly reviewId?: string;
    readonly late?: boolean;
  };
  /** It is asked for in place of one that was made, or begun, with other arguments: a person decides. */
  'call.diverged': CallFacts & {
    readonly arguments?: JsonValue;
    /** Key of the call that the new attempt has not asked for. */
    readonly remembered: string;
    readonly rememberedArguments?: JsonValue;
  };

  'guardrail.evaluated': {
    readonly guardrail: string;
    readonly at: string;
    readonly verdict: string;
    readonly reason?: string;
    readonly mode: 'enforce' | 'monitor';
    /** What was done about the verdict. */
    readonly done: 'passed' | 'changed' | 'rejected' | 'escalated' | 'blocked' | 'noted';
    readonly error?: ErrorData;
    readonly key?: string;
  };
  'policy.denied': {
    readonly rule: string;
    readonly kind: CallKind | 'run';
    readonly name: string;
    readonly reason: string;
  };
  /** Amounts are in the unit: US dollars, tokens, calls. */
  'budget.exceeded': {
    readonly scope: 'run' | 'step' | 'tenant' | 'user' | 'workflow' | 'agent';
    /** Whose it is, where many runs share it: `tenant acme`; and in which window. */
    readonly owner?: string;
    readonly window?: string;
    readonly unit: BudgetUnit;
    readonly limit: number;
    /** What calls have used, and what is set aside for others. */
    readonly used: number;
    /** What the call may use at the most. */
    readonly wanted: number;
    /** Of `used`: what is only set aside, for calls in flight and for sub-workflows. @default 0 */
    readonly reserved?: number;
    /** For whom it is set aside, the largest ones first, at most ten. */
    readonly holders?: readonly BudgetHolder[];
  };

  /** A budget that many runs share has reached its soft limit. */
  'budget.warned': {
    readonly owner: string;
    readonly window: string;
    readonly unit: BudgetUnit;
    readonly limit: number;
    /** What calls have used, and what is set aside for others. */
    readonly used: number;
    /** Share of the limit. */
    readonly warnAt: number;
  };
  /** A call has used more than was set aside for it, which was booked in full. */
  'budget.overrun': {
    readonly unit: BudgetUnit;
    readonly estimate: number;
    readonly used: number;
    /** Whose budgets it was booked in: `run`, `step`, `tenant acme`. */
    readonly budgets: readonly string[];
  };

  /** Of the run's budget, or of the step's whose place it has. */
  'budget.raised': BudgetRaise & MessageReference;

  /**
   * A limit that holds for many runs, such as the kill switch, does not stop what waits for it any more. `count`: as many of them,
   * those first that have waited longest; absent: all.
   */
  'limit.eased': { readonly limit: string; readonly count?: number };

  'review.requested': ReviewRequested;
  /** `until`: ISO time. */
  'review.claimed': { readonly reviewId: string; readonly until?: string } & MessageReference;
  'review.released': { readonly reviewId: string } & MessageReference;
  /** It waits for this person, until `until` (ISO time). */
  'review.delegated': {
    readonly reviewId: string;
    readonly to: string;
    readonly reason?: string;
    readonly until: string;
  } & MessageReference;
  'review.commented': { readonly reviewId: string; readonly text: string } & MessageReference;
  'review.decided': {
    readonly reviewId: string;
    readonly choice: Choice;
    readonly value?: JsonValue;
    readonly reason?: string;
    readonly proposedHash: string;
  };
  /** One of several who have to agree has decided: the `count`-th of `quorum`. */
  'review.voted': {
    readonly reviewId: string;
    readonly choice: Choice;
    readonly value?: JsonValue;
    readonly reason?: string;
    readonly proposedHash: string;
    readonly count: number;
    readonly quorum: number;
  } & MessageReference;
  /** Somebody wanted to decide, and was refused with this error. */
  'review.refused': {
    readonly reviewId: string;
    readonly choice: Choice;
    readonly code: ErrorCode;
    readonly reason: string;
  } & MessageReference;
  'review.expired': { readonly reviewId: string; readonly outcome: 'reject' | 'approve' };
  /** Nobody decided in time; the roles and people that may decide now, until `until` (ISO time). */
  'review.escalated': {
    readonly reviewId: string;
    readonly to: readonly string[];
    readonly users?: readonly string[];
    readonly until?: string;
  } & MessageReference;
  /** Those that it asks were told once more. */
  'review.reminded': { readonly reviewId: string } & MessageReference;

  'signal.received': { readonly name: string; readonly payload?: JsonValue } & MessageReference;
  /** An agent is told of it in its next turn. `call`: key of that agent's call. */
  'message.received': { readonly text: string; readonly call?: string } & MessageReference;
  /** No agent is told of it. */
  'message.refused': { readonly reason: string; readonly working: readonly string[] } & MessageReference;
  'cancel.requested': { readonly reason: string } & MessageReference;
  'pause.requested': { readonly reason?: string } & MessageReference;
  'resume.requested': MessageReference;
  /** `timer`: what it was set for. `run.timeout` has no step. */
  'timer.fired': { readonly timer: 'delay' | 'signal' | 'budget' | 'rate' | 'run.timeout' };
  'payload.erased': { readonly records: readonly number[]; readonly reason: string };
}
