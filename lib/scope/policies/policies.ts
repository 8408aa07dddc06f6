import type { Schema } from '../../values/index.js';

/** What repeating an action would do to the world. */
export type Effect = 'none' | 'idempotent' | 'irreversible';

/** What happens to a call that was begun and whose outcome is unknown. */
export type OnInDoubt = 'review' | 'retry' | 'fail';

/** Roles of which the principal needs one, or a rule that the host's `AccessPolicy` understands. */
export type AccessRule = readonly string[] | { readonly rule: string; readonly [key: string]: unknown };

/** Who may do what with the runs of a workflow, besides those who may by the policy. */
export interface WorkflowAccess {
  /** @default anybody */
  readonly start?: AccessRule | undefined;
  /** Who may look at all of its runs. @default who has started them, and roles of the policy */
  readonly read?: AccessRule | undefined;
  /** Who may decide its reviews: those that a review asks have to fit this, too. @default those that it asks */
  readonly decide?: AccessRule | undefined;
}

/** The short form stands for who may start it. */
export function workflowAccess(access: AccessRule | WorkflowAccess | undefined): WorkflowAccess | undefined {
  if (access === undefined) return undefined;
  // What is none of these is for the check of the options to say.
  const isShort = typeof access !== 'object' || Array.isArray(access) || 'rule' in access;
  return isShort ? { start: access as AccessRule } : (access as WorkflowAccess);
}

/** Milliseconds throughout. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly initialDelay: number;
  readonly maxDelay: number;
  readonly factor: number;
  /** `full`: a random part of the delay (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015). */
  readonly jitter: 'full' | 'none';
  /** Whether an error deserves another attempt; absent: transient ones do. */
  readonly retryOn?: ((error: unknown) => boolean) | undefined;
}

/** What the pure functions of a definition may read. `outputs` holds only steps upstream of the one that asks. */
export interface RunView {
  readonly input: unknown;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What `while` of a loop may read: `output` is that of the step itself. */
export interface RunLoopView extends RunView {
  readonly output: unknown;
}

/** `output` on a step, `args` on a tool. */
export interface ReviewSubject extends RunView {
  readonly output?: unknown;
  readonly args?: unknown;
  readonly principal?: unknown;
}

/** Whom a review asks once those before have not decided in time. */
export interface EscalationStage {
  readonly roles: readonly string[];
  /** Ids of principals. */
  readonly users: readonly string[];
  /** Milliseconds that they have. Absent only in rows of before, where it was forever. */
  readonly timeout?: number;
}

/** `@HumanReview` with every default filled in. */
export interface ReviewDefinition {
  readonly when?: ((subject: ReviewSubject) => boolean) | undefined;
  readonly at: 'output' | 'before';
  /** What is asked, where it is not whether the call may be made. */
  readonly asks?: 'answer' | 'stopped' | undefined;
  /** Who started the run decides; without a principal, anybody. */
  readonly by?: 'starter' | undefined;
  readonly roles: readonly string[];
  readonly users: readonly string[];
  readonly quorum: number;
  readonly separationOfDuties: boolean;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly onTimeout: 'reject' | 'approve' | 'escalate';
  /** One after the other. After the last it is rejected. */
  readonly escalation: readonly EscalationStage[];
  /** Milliseconds. */
  readonly remindEvery?: number | undefined;
  /** The share of what `when` selects that is looked at. */
  readonly sample?: number | undefined;
  readonly title?: string | undefined;
  readonly instructions?: string | undefined;
  readonly form?: Schema | undefined;
  /** `max`: how often a rejection may send the work round again. */
  readonly onReject: 'fail' | 'skip' | { readonly repeat: string; readonly max: number };
}
