import type { Duration } from '../../clock/index.js';
import type { AccessRule, Effect, OnInDoubt, RatePolicy } from '../../scope/index.js';
import { option, type OptionRules, type Schema } from '../../values/index.js';
import type { RunBudget } from '../../workflow/index.js';
import { effectRule, onInDoubtRule } from '../defaults.js';
import { accessRule } from '../access-rules.js';
import { rateLimitRule } from '../rate-limit-rule.js';
import { budgetRules } from '../workflow/workflow.options.js';
import { type StepCacheOptions, stepCacheRule } from './cache.options.js';
import { type RetryOptions, retryRules } from './retry.options.js';
import type { ElementParameter, FitsElement, StepNames, StepOutput, StepView } from './step-types.js';
import type { WorkflowClass } from '../workflow/workflow-class.js';

/** Options of `@Step`. `T` is the class, `I` the run's input, `K` the method. */
export interface StepOptions<
  T,
  I = unknown,
  K extends keyof T = keyof T,
  S extends StepNames<T> = StepNames<T>,
> {
  /** For people. @default the method's name */
  readonly title?: string | undefined;
  /** Steps that have to be settled before, without handing over a value. */
  readonly after?: StepNames<T> | readonly StepNames<T>[] | undefined;
  /** Whether all dependencies have to be settled, or one completed is enough. @default 'all' */
  readonly join?: 'all' | 'any' | undefined;
  /** False skips the step. Pure: no side effects, no clock, no random. */
  readonly when?: ((view: StepView<T, I>) => boolean) | undefined;
  /** Steps behind this one; the method returns which of them run (a name or several), the others are skipped. */
  readonly routes?: readonly StepNames<T>[] | undefined;
  /** Runs the method once for each element: of a step's output, or of what a pure function returns. */
  readonly forEach?:
    FitsElement<T, K, S> | ForEachOver<T, I, ElementParameter<T, K>> | ForEachOptions<T, I, K, S> | undefined;
  /** Sends everything from `from` to this step round again. */
  readonly repeat?: RepeatOptions<T, I, K> | undefined;
  /**
   * Workflow or agent that runs in place of the step; the method returns `delegate(Workflow, input)`. A function that gives
   * the class, where two files import each other.
   */
  readonly delegate?: WorkflowClass | (() => WorkflowClass);
  /** Signal without which the method does not run. */
  readonly waitFor?: string | WaitForOptions | undefined;
  /** Steps that are no longer needed once this one has completed. */
  readonly cancels?: StepNames<T> | readonly StepNames<T>[] | undefined;
  /** Durable timer before the step runs. */
  readonly delay?: Duration | undefined;
  /** Validates the output before it is written. */
  readonly output?: Schema | undefined;
  /** How the step is attempted again. @default 3 attempts, 500ms, 30s, 2, full, transient errors */
  readonly retry?: RetryOptions | undefined;
  /** Of one attempt. @default '5m' */
  readonly timeout?: Duration | undefined;
  /** Longest silence of an attempt between two `ctx.heartbeat()`. @default none */
  readonly idleTimeout?: Duration | undefined;
  /** What the body does by itself, beside its tools. `'irreversible'`: no automatic retry. @default 'idempotent' */
  readonly effect?: Effect | undefined;
  /** What happens when an attempt was cut off and its outcome is unknown. @default 'review' if irreversible, else 'retry' */
  readonly onInDoubt?: OnInDoubt | undefined;
  /** Method that answers once the attempts are used up. */
  readonly fallback?: StepNames<T> | undefined;
  /** What the failure of the step means for the run; `'review'`: a person decides. @default 'fail' */
  readonly onError?: 'fail' | 'skip' | 'review' | undefined;
  /** Method that undoes the step if the run fails later. */
  readonly compensate?: StepNames<T> | undefined;
  /**
   * Writes through `ctx.manager`, the result and the record commit together: exactly once. No model, tool or review
   * calls inside; `timeout` defaults to 5s.
   * @default false
   */
  readonly transactional?: boolean | undefined;
  /** Most that the step may use in all its attempts. */
  readonly budget?: RunBudget | undefined;
  /** How often it may begin, and how many tokens it may use, in a time: over all runs. @default no limit */
  readonly rateLimit?: RatePolicy | readonly RatePolicy[] | undefined;
  /** Who may run into this step. */
  readonly access?: AccessRule | undefined;
  /** How its output is given again where an equal activation would run, also in another run. @default it runs each time */
  readonly cache?: StepCacheOptions<T, I> | undefined;
}

/** The elements of a `forEach` step. Pure. */
export type ForEachOver<T, I = unknown, Element = unknown> = (view: StepView<T, I>) => readonly Element[];

export interface ForEachOptions<
  T,
  I = unknown,
  K extends keyof T = keyof T,
  S extends StepNames<T> = StepNames<T>,
> {
  /** Name of a step that gives a list, or a pure function of `{ input, outputs }`. */
  readonly over: FitsElement<T, K, S> | ForEachOver<T, I, ElementParameter<T, K>>;
  /** Items at the same time. @default 8 */
  readonly concurrency?: number | undefined;
  /** `'collect'`: a failed item does not fail the step, readers get `ItemResult`s. @default 'fail' */
  readonly onError?: 'fail' | 'collect' | undefined;
}

/** What `while` of a loop may read. */
export interface LoopView<T, K extends keyof T, I = unknown> extends StepView<T, I> {
  /** Of the step itself, in the round that has just ended; for `forEach` an array. */
  readonly output: StepOutput<T, K>;
}

export interface RepeatOptions<T, I = unknown, K extends keyof T = keyof T> {
  /** Where the loop begins: a step before this one, or this one. */
  readonly from: StepNames<T>;
  /** Whether to go round again, asked after each round. Pure. */
  readonly while: (view: LoopView<T, K, I>) => boolean;
  /** How often the loop may run altogether. */
  readonly max: number;
  /** What a loop means that would go round once too often: `'fail'` or `'continue'`. @default 'fail' */
  readonly onMax?: 'fail' | 'continue' | undefined;
}

export interface WaitForOptions {
  /** Name of the signal. */
  readonly signal: string;
  /** Validates the payload. */
  readonly payload?: Schema | undefined;
  /** How long it is waited for. @default none */
  readonly timeout?: Duration | undefined;
  /** `'fail'`, `'skip'` or `'continue'`, which runs the method with an `undefined` payload. @default 'fail' */
  readonly onTimeout?: 'fail' | 'skip' | 'continue' | undefined;
}

/** Which values each takes. */
export const stepRules = option.fields({
  title: option.text,
  after: option.anything,
  join: option.oneOf('all', 'any'),
  when: option.pure,
  routes: option.anything,
  forEach: option.orFields(option.anything, {
    over: option.anything,
    concurrency: option.whole(1),
    onError: option.oneOf('fail', 'collect'),
  }),
  // What a loop has to have is checked with the loops.
  repeat: option.fields({
    from: option.anything,
    while: option.anything,
    max: option.anything,
    onMax: option.oneOf('fail', 'continue'),
  }),
  delegate: option.pure,
  waitFor: option.orFields(option.text, {
    signal: option.text,
    payload: option.anything,
    timeout: option.duration,
    onTimeout: option.oneOf('fail', 'skip', 'continue'),
  }),
  cancels: option.anything,
  delay: option.duration,
  output: option.anything,
  retry: retryRules,
  timeout: option.duration,
  idleTimeout: option.duration,
  effect: effectRule,
  onInDoubt: onInDoubtRule,
  fallback: option.text,
  onError: option.oneOf('fail', 'skip', 'review'),
  compensate: option.text,
  transactional: option.anything,
  budget: budgetRules,
  access: accessRule,
  rateLimit: rateLimitRule,
  cache: stepCacheRule,
} satisfies OptionRules<StepOptions<object>>);
