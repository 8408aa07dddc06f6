import type {
  CallKind,
  CallPosition,
  ConversationUse,
  Effect,
  EscalationStage,
  SystemCaller,
} from '../../scope/index.js';
import type { JsonValue, Principal, Usage } from '../../values/index.js';
import type { Choice, ReviewKind } from '../review.js';

/** How a run began: everything that `start` knew. */
export interface RunCreated {
  /** Names the rules by which the keys and records of this run are made. */
  readonly format: number;
  readonly workflow: string;
  readonly version: string;
  readonly definitionHash: string;
  readonly input: JsonValue;
  readonly principal?: Principal;
  /** The host's own code that has started it, by `asSystem`. */
  readonly system?: SystemCaller;
  /** Id of who has started it in the name of `principal`. */
  readonly startedBy?: string;
  /** Ids of others who have shaped it before it began: of its source, where it is a fork, or of its parent. */
  readonly shapedBy?: readonly string[];
  readonly tags?: readonly string[];
  readonly priority?: number;
  readonly correlationId?: string;
  readonly idempotencyKey?: string;
  readonly budget?: RunBudget;
  /** The run that it descends from by forks, or what stands for it in a child of one. @default it is the first itself */
  readonly lineage?: string;
  /** In which it answers: of the run of an agent. */
  readonly conversation?: ConversationUse;
  /** Its agents' answers come as streams, also where nobody listens. */
  readonly stream?: true;
  /** A guardrail at `run.input` wants a person to look first. */
  readonly escalated?: { readonly guardrail: string; readonly reason: string };
  readonly parent?: {
    readonly runId: string;
    readonly step: string;
    readonly iteration: number;
    readonly item?: number;
    readonly key: string;
  };
}

/** What a run and all its forks have in common. */
export function lineageOf({
  runId,
  created,
}: {
  readonly runId: string;
  readonly created: Pick<RunCreated, 'lineage'>;
}): string {
  return created.lineage ?? runId;
}

/** Of its principal, or of what the host's own code has started it for; undefined for none. */
export function tenantOfRun({
  principal,
  system,
}: Pick<RunCreated, 'principal' | 'system'>): string | undefined {
  return principal?.tenant ?? system?.tenant;
}

export interface RunBudget {
  /** US dollars, counted in whole nano-dollars. */
  readonly usd?: number | undefined;
  /** Input and output together. */
  readonly tokens?: number | undefined;
  /** Requests to models that are sent, whatever comes back. */
  readonly calls?: number | undefined;
  /**
   * What happens to a call that might cost more than is left. `pause`: the run waits until the budget is raised;
   * `degrade`: the next model of the alias is asked, which fails where none fits any more.
   * @default 'fail'
   */
  readonly onExceeded?: 'fail' | 'pause' | 'degrade' | undefined;
  /**
   * Share of each limit, above 0 and at most 1, from which the cheapest model of an alias is asked first: with
   * `onExceeded: 'degrade'`.
   * @default none
   */
  readonly warnAt?: number | undefined;
}

/** What a budget limits: US dollars, tokens, requests to models. */
export type BudgetUnit = 'usd' | 'tokens' | 'calls';
export const budgetUnits = ['usd', 'tokens', 'calls'] as const satisfies readonly BudgetUnit[];

/** For whom a part of a budget is set aside. */
export interface BudgetHolder {
  /** `SupportTicketWorkflow.draft`, `SupportTicketWorkflow.each[3]`. Absent where it is another process. */
  readonly step?: string;
  /** The sub-workflow's run; of a budget that many runs share, the run that the call is made in. */
  readonly runId?: string;
  /** Another process, with all its calls. */
  readonly workerId?: string;
  /** Of the unit that is exceeded. */
  readonly amount: number;
}

/** How much more a budget allows. */
export type BudgetRaise = { readonly [unit in BudgetUnit]?: number };

/** One phase of a step's life that runs user code. */
export type StepPhase = 'perform' | 'fallback' | 'compensate';

/** Facts about a call inside a step; `key` identifies it in the call memory. */
export interface CallFacts {
  readonly key: string;
  readonly kind: CallKind;
  readonly name: string;
  /** Of one that is known by its position: of that. */
  readonly argumentsHash: string;
  /** Where it stands among the calls of its parent: of a turn of an agent its number, of the tools that it calls also theirs. */
  readonly position?: CallPosition;
  /** The n-th equal call of the attempt, from 0. */
  readonly occurrence: number;
  readonly effect: Effect;
  /** Absent for the step's method itself. */
  readonly phase?: Exclude<StepPhase, 'perform'>;
  /** Key of the call whose body made this one, if one did. */
  readonly within?: string;
  /** Of an irreversible call whose doubt is nobody's question. */
  readonly onInDoubt?: 'retry' | 'fail';
  /** Who may answer for an irreversible call, where its `@HumanReview` says so. */
  readonly reviewers?: { readonly roles: readonly string[]; readonly users: readonly string[] };
}

/** What a person is asked: exactly what is proposed, who may decide, until when. */
export interface ReviewRequested {
  readonly reviewId: string;
  readonly kind: ReviewKind;
  /** Whether the value is shown before the action or after it. @default 'before' */
  readonly stage?: 'before' | 'after';
  readonly proposed?: JsonValue;
  readonly proposedHash: string;
  /**
   * What guardrails saw before they and the schema made the proposal of it, where the call does not know it: arguments
   * that a person wrote, a result that a guardrail changed.
   */
  readonly basis?: JsonValue;
  /** Hash of what guardrails made of the arguments, before the schema; absent where they changed nothing. */
  readonly guardedHash?: string;
  readonly reason?: string;
  /** Which guardrail wants a person to look, if one does. */
  readonly guardrail?: string;
  readonly title?: string;
  readonly instructions?: string;
  readonly roles: readonly string[];
  readonly users: readonly string[];
  readonly quorum: number;
  readonly separationOfDuties: boolean;
  readonly choices: readonly Choice[];
  /** ISO time. */
  readonly expiresAt?: string;
  readonly onTimeout: 'reject' | 'approve' | 'escalate';
  /** Whom it asks next, one after the other, when nobody has decided in time. */
  readonly escalation?: readonly EscalationStage[];
  /** Milliseconds. */
  readonly remindEvery?: number;
  /** JSON Schema of what may be edited. */
  readonly form?: JsonValue;
  /** Of the call that it is about, if there is one. */
  readonly key?: string;
  /** Of a call that is known by its position: where it stands among the calls of its parent. */
  readonly position?: CallPosition;
  /** Key of that parent. */
  readonly within?: string;
  /** Kind and name of that call: `tool openCase`. */
  readonly subject?: string;
  /** Of a call that was made: with which arguments, and what it has used. */
  readonly arguments?: JsonValue;
  readonly usage?: Usage;
}
