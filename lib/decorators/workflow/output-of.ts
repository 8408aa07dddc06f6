import type { SchemaOutput } from '../../values/index.js';
import type { StepNames, StepOutput } from '../step/step-types.js';

/**
 * What a run of the workflow gives: what `static output` describes, else what the step gives that `static result` names
 * (`static readonly result = 'send'`), else `unknown`: no type knows what `@Workflow({ result })` says.
 */
export type OutputOf<W> = W extends { readonly output: infer S }
  ? SchemaOutput<S>
  : W extends (abstract new (...args: never[]) => infer T) & { readonly result: infer K }
    ? K extends StepNames<T>
      ? StepOutput<T, K>
      : unknown
    : unknown;
