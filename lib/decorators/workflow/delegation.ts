import type { WorkflowClass } from './workflow-class.js';

/** Type-level only: carries the output type of the child. */
declare const output: unique symbol;

/** Known under one name to every copy of the package in the process. */
export const delegationBrand = Symbol.for('nestjs-nestor.delegation');

/** What a `delegate` method returns: which workflow runs in its place, and with what. */
export interface Delegation<Output = unknown> {
  readonly workflow: WorkflowClass;
  readonly input: unknown;
  readonly [output]?: Output;
}

/** Whether a step's method returned `delegate(…)`. */
export function isDelegation(value: unknown): value is Delegation {
  return typeof value === 'object' && value !== null && delegationBrand in value;
}

/** The child's output where a method answers with `delegate(…)`, else what the method answers with. */
export type Delegated<R> = 0 extends 1 & R
  ? R
  : R extends { readonly [output]?: infer Output; readonly workflow: WorkflowClass }
    ? Output
    : R;
