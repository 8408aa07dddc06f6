import type { Schema } from '../../values/index.js';
import type { Reducer } from '../../workflow/index.js';

/** A list to which each update adds one element. @param schema of an element: class with class-validator decorators, or Standard Schema */
export function append<T>(schema?: Schema<T>): Reducer<readonly T[], T> {
  return { initial: [], schema, apply: (list, element) => [...list, element] };
}

/** The greatest number of all updates; undefined before the first. */
export function maximum(): Reducer<number | undefined, number> {
  return {
    initial: undefined,
    schema: Number,
    apply: (most, value) => (most === undefined ? value : Math.max(most, value)),
  };
}

/** The smallest number of all updates; undefined before the first. */
export function minimum(): Reducer<number | undefined, number> {
  return {
    initial: undefined,
    schema: Number,
    apply: (least, value) => (least === undefined ? value : Math.min(least, value)),
  };
}

/** The sum of all updates. */
export function sum(): Reducer<number, number> {
  return { initial: 0, schema: Number, apply: (total, value) => total + value };
}

/** What the last update has said; undefined before the first. @param schema of it */
export function lastValue<T>(schema?: Schema<T>): Reducer<T | undefined, T> {
  return { initial: undefined, schema, apply: (_, value) => value };
}

/**
 * A value that a function makes of the one before and of an update. Values and updates are JSON; the function is pure, since it
 * is asked again.
 */
export function reduced<Value, Update>(
  initial: Value,
  apply: (value: Value, update: Update) => Value,
): Reducer<Value, Update> {
  return { initial, apply };
}
