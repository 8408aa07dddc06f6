/** One thing that is wrong with a value; `path` is `$.items[3].name`. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

export type Validated<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly Issue[] };
