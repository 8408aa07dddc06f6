/** A value that survives JSON unchanged: what the journal holds and what one step hands to the next. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
