import type { Duration } from '../../clock/index.js';
import {
  option,
  type OptionRule,
  type OptionRules,
  type Principal,
  type Schema,
} from '../../values/index.js';
import type { ActivationOutput, StepOutputs, StepNames } from '../step/step-types.js';

/** What `when` of a review may read: `output` on a step, `args` on a tool. */
export interface ReviewView<T, K extends keyof T, I = unknown> {
  readonly output: ActivationOutput<T, K>;
  readonly args: T[K] extends (...args: infer P) => unknown ? P[0] : never;
  readonly input: I;
  /** Steps of the workflow; on a tool, which serves many workflows, their types aren't known. */
  readonly outputs: StepOutputs<T> & { readonly [step: string]: unknown };
  readonly principal: Principal | undefined;
}

/** One stage of an escalation. */
export interface EscalationOptions {
  /** Who may decide then: one of these roles, or one of `users`. */
  readonly roles?: readonly string[] | undefined;
  /** Ids of principals. */
  readonly users?: readonly string[] | undefined;
  /** How long they have. @default as long as those that were asked first */
  readonly timeout?: Duration | undefined;
}

/** Options of `@HumanReview`. `T` is the class, `K` the method, `I` the run's input. */
export interface ReviewOptions<T, K extends keyof T, I = unknown> {
  /** Whether a person has to look. Pure. @default always */
  readonly when?: ((view: ReviewView<T, K, I>) => boolean) | undefined;
  /** Before it happens, or when its output is there. @default 'output' on steps, 'before' on tools */
  readonly at?: 'output' | 'before' | undefined;
  /**
   * `'starter'`: a confirmation by the person who started the run, such as the one in the chat; not by others, so not a control.
   * Goes without `roles` and all that concerns other people. Where nobody is known to have started it, anybody may confirm.
   */
  readonly by?: 'starter' | undefined;
  /** Who may decide: one of these roles, or one of `users`. @default anybody with a principal */
  readonly roles?: readonly string[] | undefined;
  /** Ids of principals. */
  readonly users?: readonly string[] | undefined;
  /** How many have to approve. @default 1 */
  readonly quorum?: number | undefined;
  /** Who has shaped the run can't decide. @default true */
  readonly separationOfDuties?: boolean | undefined;
  /** Until when somebody has to decide. @default none; 15 minutes with `by: 'starter'` */
  readonly timeout?: Duration | undefined;
  /** What counts when nobody has: `'reject'`, `'approve'`, or `'escalate'` to those of `escalateTo`. @default 'reject' */
  readonly onTimeout?: 'reject' | 'approve' | 'escalate' | undefined;
  /**
   * Whom it asks then: roles, or stages that follow one another, each with a time of its own. When the last has not decided in
   * time either, the review is rejected.
   */
  readonly escalateTo?: string | readonly string[] | readonly EscalationOptions[] | undefined;
  /** How often those that are asked are reminded: `orchestration.review.reminded`. At least a minute. @default never */
  readonly remindEvery?: Duration | undefined;
  /**
   * The share, from 0 to 1, of what `when` selects that a person looks at, drawn by the module's `reviews.samplingSecret`: of a run
   * and all its forks the same. @default 1
   */
  readonly sample?: number | undefined;
  /** For the person. */
  readonly title?: string | undefined;
  /** For the person: what to look at. */
  readonly instructions?: string | undefined;
  /** Class or Standard Schema of what may be edited. @default anything */
  readonly form?: Schema | undefined;
  /** What a rejection means: `'fail'`, `'skip'`, or that the work begins again at a step. @default 'fail' */
  readonly onReject?:
    | 'fail'
    | 'skip'
    | {
        /** Where the work begins again: a step before this one, or this one. */
        readonly repeat: StepNames<T>;
        /** How often a rejection may send it round again. */
        readonly max: number;
      }
    | undefined;
}

const stage = option.fields({
  roles: option.anything,
  users: option.anything,
  timeout: option.duration,
} satisfies OptionRules<EscalationOptions>);

/** Roles, or stages. */
const escalation: OptionRule = (value, path) =>
  Array.isArray(value) && value.some((one) => typeof one === 'object')
    ? value.flatMap((one, index) => stage(one, `${path}[${index}]`))
    : [];

/** Which values each takes. */
export const reviewRules = option.fields({
  when: option.pure,
  at: option.oneOf('output', 'before'),
  by: option.oneOf('starter'),
  roles: option.anything,
  users: option.anything,
  quorum: option.whole(1),
  separationOfDuties: option.anything,
  timeout: option.duration,
  onTimeout: option.oneOf('reject', 'approve', 'escalate'),
  escalateTo: escalation,
  remindEvery: option.duration,
  sample: option.share,
  title: option.text,
  instructions: option.text,
  form: option.anything,
  onReject: option.orFields(option.oneOf('fail', 'skip'), { repeat: option.anything, max: option.anything }),
} satisfies OptionRules<ReviewOptions<object, never>>);
