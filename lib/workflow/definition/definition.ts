import type { StateDefinition } from './state-definition.js';
import type { Schema } from '../../values/index.js';
import type {
  CacheScope,
  AccessRule,
  Effect,
  OnInDoubt,
  RetryPolicy,
  RatePolicy,
  ReviewDefinition,
  RunLoopView,
  RunView,
  WorkflowAccess,
} from '../../scope/index.js';
import type { RunBudget } from '../records/record-facts.js';

export interface ForEachDefinition {
  readonly over: string | ((view: RunView) => readonly unknown[]);
  readonly concurrency: number;
  readonly onError: 'fail' | 'collect';
}

export interface RepeatDefinition {
  readonly from: string;
  readonly while: (view: RunLoopView) => boolean;
  /** How often the region may run altogether, counted since the enclosing loop's last reset. */
  readonly max: number;
  readonly onMax: 'fail' | 'continue';
}

export interface WaitForDefinition {
  readonly signal: string;
  readonly payload?: Schema | undefined;
  readonly timeout?: number | undefined;
  readonly onTimeout: 'fail' | 'skip' | 'continue';
}

/** Where an argument of a user's method comes from. `schema`: the class of the parameter, if it is one. */
export type ParameterBinding = { readonly schema?: Schema | undefined } & (
  | { readonly kind: 'input' | 'item' | 'itemIndex' | 'signalPayload' | 'feedback' | 'failure' | 'context' }
  | { readonly kind: 'from' | 'previous'; readonly step: string }
  | { readonly kind: 'state'; readonly state: StateDefinition }
);

/** A public method with bound parameters: a step's own, its fallback or its compensation. */
export interface MethodDefinition {
  readonly name: string;
  readonly parameters: readonly ParameterBinding[];
}

export interface StepDefinition extends MethodDefinition {
  readonly title: string;
  /** Edges: `@From`, `after`, and the routers that name this step. Sorted by declaration. */
  readonly dependencies: readonly string[];
  readonly join: 'all' | 'any';
  readonly when?: ((view: RunView) => boolean) | undefined;
  readonly routes?: readonly string[] | undefined;
  readonly forEach?: ForEachDefinition | undefined;
  readonly repeat?: RepeatDefinition | undefined;
  /** Name of the workflow whose output becomes this step's. */
  readonly delegate?: string | undefined;
  readonly waitFor?: WaitForDefinition | undefined;
  readonly cancels: readonly string[];
  readonly delay?: number | undefined;
  readonly output?: Schema | undefined;
  readonly retry: RetryPolicy;
  readonly timeout: number;
  readonly idleTimeout?: number | undefined;
  readonly effect: Effect;
  readonly onInDoubt: OnInDoubt;
  readonly fallback?: MethodDefinition | undefined;
  readonly onError: 'fail' | 'skip' | 'review';
  readonly compensate?: MethodDefinition | undefined;
  /** The method writes through `ctx.manager`; its rows, the result and the record are one commit. */
  readonly transactional?: boolean | undefined;
  readonly review?: ReviewDefinition | undefined;
  readonly budget?: RunBudget | undefined;
  readonly rateLimits?: readonly RatePolicy[] | undefined;
  readonly access?: AccessRule | undefined;
  readonly cache?: StepCacheDefinition | undefined;
}

/** How the output of a step is given again. */
export interface StepCacheDefinition {
  /** Milliseconds. */
  readonly ttl: number;
  readonly key: (view: RunView) => unknown;
  readonly version: string;
  readonly scope: CacheScope;
}

/** A step that says nothing for itself, but for these changes: one attempt, no dependencies, every default. */
export function plainStep(name: string, changes: Partial<StepDefinition> = {}): StepDefinition {
  return {
    name,
    title: name,
    parameters: [],
    dependencies: [],
    join: 'all',
    cancels: [],
    retry: { attempts: 1, initialDelay: 0, maxDelay: 0, factor: 1, jitter: 'none' },
    timeout: 300_000,
    effect: 'idempotent',
    onInDoubt: 'retry',
    onError: 'fail',
    ...changes,
  };
}

/** A workflow as data: everything that `plan` needs, and nothing of Nest. */
export interface WorkflowDefinition {
  readonly name: string;
  readonly version: string;
  readonly description?: string | undefined;
  /** In order of declaration. */
  readonly steps: readonly StepDefinition[];
  /** The step whose output is the run's. */
  readonly result: string;
  /** Active milliseconds; waiting does not count. */
  readonly timeout?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly budget?: RunBudget | undefined;
  readonly rateLimits?: readonly RatePolicy[] | undefined;
  readonly access?: WorkflowAccess | undefined;
  readonly onChange: 'refuse' | 'pin' | 'continue';
  readonly input?: Schema | undefined;
  readonly output?: Schema | undefined;
  /** False for calls that are made outside of runs: nothing can wait there. @default true */
  readonly mayWait?: boolean | undefined;
  /** Over names, edges and control flow; not over functions, retries, timeouts, roles or budgets. */
  readonly hash: string;
}
