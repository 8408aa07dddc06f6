import type { ParameterMetadata } from '../metadata.js';
import { MetadataAccessor } from '../metadata-accessor.js';
import type { FitsParameter, FitsPreviousParameter, StepNames } from './step-types.js';

/** Decorates a parameter of a method or a constructor, whatever its type. */
export type PlainParameterDecorator = (
  target: object,
  method: string | symbol | undefined,
  index: number,
) => void;

/** The run's validated input. */
export const Input = (): PlainParameterDecorator => parameter('input');

/** The element of the list, inside a `forEach` step. */
export const Item = (): PlainParameterDecorator => parameter('item');

/** The element's index, inside a `forEach` step. */
export const ItemIndex = (): PlainParameterDecorator => parameter('itemIndex');

/** The payload of the signal, inside a `waitFor` step. */
export const SignalPayload = (): PlainParameterDecorator => parameter('signalPayload');

/** The reviewer's comment, in a step that is repeated after a rejection; `undefined` the first time. */
export const Feedback = (): PlainParameterDecorator => parameter('feedback');

/** The error, inside a `fallback` or `compensate` method. */
export const Failure = (): PlainParameterDecorator => parameter('failure');

/** The `StepContext` of this attempt. */
export const StepCtx = (): PlainParameterDecorator => parameter('context');

/** The `ToolContext` of the call, as the second parameter of a `@Tool` method, or the only one. */
export const ToolCtx = (): PlainParameterDecorator => (target, method, index) => {
  if (method !== undefined) MetadataAccessor.setMethod(target, method, 'nestjs-nestor:tool-context', index);
};

/**
 * The output of another step, and the edge from it: this step waits for that one.
 * `undefined` where that step was skipped.
 */
export function From<T extends object, M extends keyof T, const I extends number, S extends StepNames<T>>(
  step: S & StepNames<T>,
): (target: T, method: M, index: FitsParameter<T, M, I, S>) => void {
  return (target, method, index) => markParameter(target, method as string, { index, kind: 'from', step });
}

/** A step's output in the previous iteration of the loop, `undefined` in the first. No edge. */
export function Previous<T extends object, M extends keyof T, const I extends number, S extends StepNames<T>>(
  step: S & StepNames<T>,
): (target: T, method: M, index: FitsPreviousParameter<T, M, I, S>) => void {
  return (target, method, index) =>
    markParameter(target, method as string, { index, kind: 'previous', step });
}

function parameter(
  kind: Exclude<ParameterMetadata['kind'], 'from' | 'previous' | 'state'>,
): PlainParameterDecorator {
  return (target, method, index) => {
    if (method !== undefined) markParameter(target, method, { index, kind });
  };
}

/** Says of a parameter where its value comes from. */
export function markParameter(
  target: object,
  method: string | symbol,
  metadata: { readonly index: unknown } & Omit<ParameterMetadata, 'index'>,
): void {
  const others = MetadataAccessor.ofOwnMethod(target, method, 'nestjs-nestor:parameters') ?? [];
  // Where the types fit, `index` is the number that the compiler hands to every parameter decorator.
  const index = metadata.index as number;
  MetadataAccessor.setMethod(target, method, 'nestjs-nestor:parameters', [...others, { ...metadata, index }]);
}
