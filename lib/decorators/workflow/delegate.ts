import { type Delegation, delegationBrand } from './delegation.js';
import type { OutputOf } from './output-of.js';
import type { InputOf, WorkflowClass } from './workflow-class.js';

/**
 * Hands the step on to another workflow; the child's output becomes the step's.
 *
 * @example
 * ```ts
 * @Step({ delegate: RefundWorkflow })
 * refund(@From('classify') c: Classification) { return delegate(RefundWorkflow, { order: c.order }); }
 * ```
 */
export function delegate<W extends WorkflowClass>(workflow: W, input: InputOf<W>): Delegation<OutputOf<W>> {
  const delegation: Delegation<OutputOf<W>> = { workflow, input };
  Object.defineProperty(delegation, delegationBrand, { value: true });
  return delegation;
}

/** The class that `delegate` of a step names: itself, or what a function without a prototype of its own gives. */
export function delegateClass(written: unknown): WorkflowClass | undefined {
  if (typeof written !== 'function') return undefined;
  const isThunk = written.prototype === undefined;
  // Whether it is the class of a workflow, the checks at boot say.
  return (isThunk ? (written as () => unknown)() : written) as WorkflowClass | undefined;
}
