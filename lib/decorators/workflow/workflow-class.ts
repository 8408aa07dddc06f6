import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { StateDefinition } from '../../workflow/index.js';
import type { Schema, SchemaOutput } from '../../values/index.js';

/**
 * A class with `@Workflow()`. Its statics say what goes in and what comes out: `input` and `output` validate, `result`
 * names the step whose output is the run's, `state` is what its steps share.
 */
export type WorkflowClass<T extends object = object> = (abstract new (...args: never[]) => T) & {
  readonly input?: Schema;
  readonly output?: Schema;
  readonly result?: string;
  /** What its steps share. */
  readonly state?: StateDefinition;
};

/** What `start(Workflow, input)` takes: what `static input` describes, else `unknown`. */
export type InputOf<W> = W extends { readonly input: infer S }
  ? S extends StandardSchemaV1<infer I>
    ? I
    : SchemaOutput<S>
  : unknown;
