import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Schema, SchemaOutput } from '../../values/index.js';

/** A class with `@Workflow()`. Its statics say what goes in and what comes out. */
export type WorkflowClass<T extends object = object> = (abstract new (...args: never[]) => T) & {
  readonly input?: Schema;
  readonly output?: Schema;
};

/** What `start(Workflow, input)` takes: what `static input` describes, else `unknown`. */
export type InputOf<W> = W extends { readonly input: infer S }
  ? S extends StandardSchemaV1<infer I>
    ? I
    : SchemaOutput<S>
  : unknown;

/** What a run of the workflow gives: what `static output` describes, else `unknown`. */
export type OutputOf<W> = W extends { readonly output: infer S } ? SchemaOutput<S> : unknown;
