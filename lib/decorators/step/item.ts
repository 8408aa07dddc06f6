import type { ErrorData } from '../../errors/index.js';

/** Type-level only: no value ever has these properties. */
declare const item: unique symbol;
declare const collected: unique symbol;

/**
 * Return type of a `forEach` method: it answers for one item, readers of the step get an array.
 * Plain values return as they are.
 *
 * @example
 * ```ts
 * @Step({ forEach: 'split' })
 * async translate(@Item() part: string): Promise<PerItem<string>> { … }
 *
 * @Step()
 * join(@From('translate') parts: string[]) { … }
 * ```
 */
export type PerItem<T> = T extends null | undefined | void ? T : T & { readonly [item]?: true };

/** What readers of a step with `forEach: { onError: 'collect' }` get for each item. */
export type ItemResult<T> =
  | { readonly status: 'completed'; readonly value: T }
  | { readonly status: 'failed'; readonly error: ErrorData };

export type CollectedValue<T> = T extends null | undefined | void
  ? T
  : T extends { status: unknown }
    ? T & { readonly [collected]?: T }
    : T & { readonly [collected]?: T; readonly status?: undefined };

/**
 * Return type of a `forEach` method with `onError: 'collect'`: plain values return as they are,
 * readers of the step get an array of {@link ItemResult}. Serves as the type of the reading parameter too.
 */
export type CollectedItem<T> = CollectedValue<T> | ItemResult<T>;

/** How a method answers: for all, for one item, or for one item that may fail. `any` is for all. */
export type ItemCollection<R> = 0 extends 1 & R
  ? 'one'
  : [typeof collected] extends [AnyKeyOf<R>]
    ? 'collected'
    : [typeof item] extends [AnyKeyOf<R>]
      ? 'items'
      : 'one';

/** The plain value of what a `forEach` method answers with. */
export type ItemValue<R> =
  ItemCollection<R> extends 'collected'
    ? R extends { readonly [collected]?: infer T }
      ? T
      : never
    : R extends infer T & { readonly [item]?: true }
      ? T
      : R;

/** Keys of any member of a union. */
type AnyKeyOf<R> = R extends unknown ? keyof R : never;
