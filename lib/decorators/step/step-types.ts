import type { Delegated } from '../workflow/delegation.js';
import type { ItemCollection, ItemResult, ItemValue } from './item.js';

/** Names of the public methods of a class: what steps can be called. */
export type StepNames<T> = {
  [K in keyof T]: T[K] extends (...args: never[]) => unknown ? K : never;
}[keyof T] &
  string;

type Answer<T, K extends keyof T> = T[K] extends (...args: never[]) => infer R ? Awaited<R> : never;

/** What one activation of a step gives: for `forEach` that of one item. */
export type ActivationOutput<T, K extends keyof T> = PlainOf<Answer<T, K>>;

type PlainOf<R> = ItemCollection<R> extends 'one' ? Delegated<R> : Delegated<ItemValue<R>>;

/** What `@From('step')` gives: for `forEach` an array. */
export type StepOutput<T, K extends keyof T> = GatheredFrom<Answer<T, K>>;

type GatheredFrom<R> = {
  readonly one: Delegated<R>;
  readonly items: Delegated<ItemValue<R>>[];
  readonly collected: ItemResult<Delegated<ItemValue<R>>>[];
}[ItemCollection<R>];

/** Outputs by step name. A step that was skipped, or has not run yet, is `undefined`. */
export type StepOutputs<T> = { readonly [K in StepNames<T>]?: StepOutput<T, K> };

/** What the pure functions of a definition may read. */
export interface StepView<T, I = unknown> {
  readonly input: I;
  readonly outputs: StepOutputs<T>;
}

type Parameter<T, M extends keyof T, I extends number> = T[M] extends (...args: infer P) => unknown
  ? P[I]
  : never;

/** `I` where the output of step `S` fits parameter `I` of method `M`; else the text of the error. */
export type FitsParameter<T, M extends keyof T, I extends number, S extends keyof T> =
  StepOutput<T, S> extends Parameter<T, M, I>
    ? I
    : `the output of step '${S & string}' does not fit parameter ${I} of '${M & string}'`;

/** As `FitsParameter`, for a value that is `undefined` in the first iteration. */
export type FitsPreviousParameter<T, M extends keyof T, I extends number, S extends keyof T> =
  StepOutput<T, S> | undefined extends Parameter<T, M, I>
    ? I
    : `the previous output of step '${S & string}', undefined in the first iteration, does not fit parameter ${I} of '${M & string}'`;

/** What method `K` takes for its parameters, one of which is the element; anything, where it takes none. */
export type ElementParameter<T, K extends keyof T> = T[K] extends (...args: infer P) => unknown
  ? [P[number]] extends [never]
    ? unknown
    : P[number]
  : unknown;

/** `S`, where that step gives a list for method `K`; else the text of the error. */
export type FitsElement<T, K extends keyof T, S extends keyof T> =
  NonNullable<StepOutput<T, S>> extends readonly (infer Element)[]
    ? [Element] extends [ElementParameter<T, K>]
      ? S
      : `an element of '${S & string}' fits no parameter of '${K & string}'`
    : unknown extends StepOutput<T, S>
      ? S
      : `step '${S & string}' does not give a list`;
