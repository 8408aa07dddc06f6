import type { StateDefinition } from '../workflow/index.js';
import type { Principal } from '../values/index.js';
import type { GuardrailOptions } from './guardrail/guardrail.options.js';
import type { ReviewOptions } from './review/review.options.js';
import type { StepOptions } from './step/step.options.js';
import type { ToolOptions } from './tool/tool.options.js';
import type { WorkflowOptions } from './workflow/workflow.options.js';

/** Any method of a user's class. */
export type UserMethod = (this: unknown, ...args: unknown[]) => unknown;

/** Stands for a class of which nothing is known: names in its options are plain strings. */
type AnyClass = Readonly<Record<string, () => unknown>>;

export type WrittenWorkflow = WorkflowOptions<AnyClass>;
export type WrittenStep = StepOptions<AnyClass>;
export type WrittenReview = ReviewOptions<AnyClass, string>;

/** A parameter decorator as it was written. */
export interface ParameterMetadata {
  readonly index: number;
  readonly kind:
    | 'input'
    | 'from'
    | 'previous'
    | 'item'
    | 'itemIndex'
    | 'signalPayload'
    | 'feedback'
    | 'failure'
    | 'context'
    | 'state';
  /** Of `@From` and `@Previous`. */
  readonly step?: string;
  /** Of `@State`. */
  readonly state?: StateDefinition;
}

/** `@Tool` as it was written. */
export interface ToolMetadata {
  readonly options: ToolOptions;
}

/** `@StartOn` as it was written. */
export interface StartOnMetadata {
  readonly event: string;
  readonly map?: ((event: never) => unknown) | undefined;
  readonly principal?: Principal | ((event: never) => Principal | undefined) | undefined;
}

/** `@StartEvery` as it was written. */
export interface StartEveryMetadata {
  readonly cron: string;
  readonly input?: unknown;
  readonly principal?: Principal | undefined;
  readonly timeZone?: string | undefined;
}

/** What each key holds on a class. */
export interface ClassMetadata {
  'nestjs-nestor:workflow': WrittenWorkflow;
  /** Options of `@Agent`; the layer of agents knows their form. */
  'nestjs-nestor:agent': object;
  'nestjs-nestor:start-on': readonly StartOnMetadata[];
  'nestjs-nestor:start-every': readonly StartEveryMetadata[];
}

/** What each key holds on a method. */
export interface MethodMetadata {
  'nestjs-nestor:step': WrittenStep;
  'nestjs-nestor:review': WrittenReview;
  'nestjs-nestor:tool': ToolMetadata;
  'nestjs-nestor:guardrail': GuardrailOptions;
  'nestjs-nestor:parameters': readonly ParameterMetadata[];
  /** Index of the parameter of a tool that is its context. */
  'nestjs-nestor:tool-context': number;
}
