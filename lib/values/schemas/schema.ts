import type { StandardSchemaV1 } from '@standard-schema/spec';

/** A class with class-validator decorators, or any Standard Schema (zod, valibot, arktype, …). */
export type Schema<T = unknown> = (abstract new (...args: never[]) => T) | StandardSchemaV1<unknown, T>;

/** The type that a schema describes. */
export type SchemaOutput<S> =
  S extends StandardSchemaV1<unknown, infer T>
    ? T
    : S extends abstract new (...args: never[]) => infer T
      ? T
      : unknown;
