import type { ErrorData } from '../../errors/index.js';
import type { JsonValue, Usage } from '../../values/index.js';
import type {
  CallFacts,
  StepPhase,
  BudgetRaise,
  ReviewRequested,
  RunBudget,
  RunCreated,
} from '../records/record-facts.js';
import type { SaidMessage, SharedUpdate } from '../../scope/index.js';
import type { RecordPlace } from '../records/record.js';
import type { Choice } from '../review.js';
import type { RunStatus } from './run-status.js';
import type { Wait } from './wait.js';

/** How one activation (a step's iteration, or one item of it) stands. */
export type ActivationStatus = 'pending' | 'waiting' | 'completed' | 'skipped' | 'failed';

/** A call that the journal remembers. */
export interface RememberedCall extends CallFacts {
  readonly seq: number;
  /** Attempt in which it was made. */
  readonly attempt: number;
  /** `reported`: its result was learnt late, and the step that made it has not taken it yet. */
  status: 'intended' | 'completed' | 'failed' | 'in-doubt' | 'reported';
  result?: JsonValue;
  error?: ErrorData;
  arguments?: JsonValue;
  usage?: Usage;
  /** It failed, but only after it had happened. */
  performed?: boolean;
  /** A person has said what becomes of it. */
  decided?: boolean;
  /** The call that was asked for in its place, of the same kind. */
  divergedTo?: Pick<CallFacts, 'name' | 'argumentsHash' | 'occurrence' | 'within'>;
}

/** What a person decided, as the step or the call that waited for it reads it. */
export interface Decision {
  readonly reviewId: string;
  readonly choice: Choice;
  readonly value?: JsonValue;
  readonly reason?: string;
  readonly by: string;
  /** Of the record that tells it. */
  readonly seq: number;
}

/** State of one run of user code: a step without `forEach`, or one item of a `forEach` step. */
export interface ActivationState {
  status: ActivationStatus;
  output?: JsonValue;
  /** Failed attempts of the current phase. */
  failures: number;
  phase: StepPhase;
  /** How often its attempts were given back after it had failed: by `retry`, or by a person. */
  revived?: number;
  error?: ErrorData;
  /** ISO. */
  nextAttemptAt?: string;
  /** What it waits for, at least one; any of them lets it continue. */
  waits?: readonly Wait[];
  /** `seq` of the record since which it waits. */
  waitingSince?: number;
  /** The timer `delay` has fired. */
  delayed?: boolean;
  signal?: { readonly payload?: JsonValue };
  /** The time to wait for the signal is over. */
  timedOut?: boolean;
  /** When calls have their turn under rate limits, by key: ISO. What was taken for them is not taken again. */
  turns?: Map<string, string>;
  /** Decision about the step itself (`before`, `output`, `failure`, `guardrail` on its output). */
  decision?: Decision;
  /** The review that the decision belongs to. */
  review?: ReviewRequested;
  /** `seq` of `step.completed`: compensation runs backwards along it. */
  completedAt?: number;
  compensation?: { failures: number; nextAttemptAt?: string; outcome?: 'done' | 'failed'; error?: ErrorData };
  /** Calls by key, in the order of the journal. */
  calls: Map<string, RememberedCall>;
  /** Decisions about calls, by key. */
  callDecisions: Map<string, { readonly review: ReviewRequested; readonly decision: Decision }>;
}

export interface StepState extends ActivationState {
  readonly name: string;
  iteration: number;
  /** Output of the iteration before. */
  previous?: JsonValue;
  feedback?: string;
  /** Resets made by this step's `repeat` since the enclosing loop's last reset. */
  iterationsDone: number;
  /** How often a rejection of this step has sent the work round. */
  rejections: number;
  routes?: readonly string[];
  items?: {
    readonly count: number;
    readonly hash: string;
    readonly collect: boolean;
    readonly states: Map<number, ActivationState>;
  };
  /** Completed activations of former iterations that a failure has to undo. */
  pastIterations: {
    readonly iteration: number;
    readonly item?: number;
    readonly activation: ActivationState;
  }[];
}

/** An update of a field of a shared state, and who has made it. */
export interface StateUpdate extends SharedUpdate, RecordPlace {
  /** Key of the call. */
  readonly key: string;
}

/** The state of a run: nothing but the fold over its records. */
export interface RunState {
  readonly runId: string;
  readonly created: RunCreated;
  readonly createdAt: string;
  /** The validated input, or what a reviewer has made of it. */
  input: JsonValue;
  status: RunStatus;
  seq: number;
  steps: Map<string, StepState>;
  output?: JsonValue;
  error?: ErrorData;
  usage: Usage;
  /** Usage by step name. */
  stepUsage: Map<string, Usage>;
  budget: RunBudget;
  /** By how much the budgets of steps were raised, by step name. */
  stepRaises: Map<string, BudgetRaise>;
  /** `seq` of the last record that lets calls try the budgets again. */
  budgetsEased?: number;
  /** Of each limit, `seq` of the last record that lets calls try it again. */
  limitsEased?: Map<string, number>;
  /** Something of it waits, or has waited, for a limit that holds for many runs. */
  isLimited?: boolean;
  /** Ids of messages that are on record: none counts twice. */
  appliedMessages?: Set<string>;
  /** Kept signals that no step has taken yet, oldest first. */
  signals: { readonly name: string; readonly payload?: JsonValue }[];
  /** What users have said to agents, and no turn has told them yet. */
  said?: SaidMessage[];
  /** Keys of the calls of agents that have completed: they are told of nothing more. */
  endedAgents?: Set<string>;
  /** Ids of people who have shaped it since it has begun. */
  shapers?: Set<string>;
  /** Updates of shared states that count, in their order. */
  updates?: StateUpdate[];
  /** Open reviews by id. */
  reviews: Map<
    string,
    ReviewRequested & { readonly step?: string; readonly iteration?: number; readonly item?: number }
  >;
  /** The run is on its way to an end: compensations come first. */
  ending?: { readonly status: 'failed' | 'cancelled'; readonly error?: ErrorData; readonly reason?: string };
  paused?: { readonly reason: string };
  /** What a person has written in place of the input, until schema and guardrails have seen it. */
  editedInput?: JsonValue;
  /** A person has let an input pass that a guardrail had escalated. */
  inputDecided?: boolean;
  /** Active time: milliseconds of finished stretches, and when the current one began. */
  activeMs: number;
  activeSince?: number;
  lastAt: number;
}
