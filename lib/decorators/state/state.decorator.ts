import { markParameter, type PlainParameterDecorator } from '../step/parameter.decorators.js';
import type { SharedState } from './shared-state.js';

/**
 * A shared state of the run, in a step: `@State(board) state: StateOf<typeof board>`. The workflow names it:
 * `static readonly state = board`.
 */
export function State<Fields>(state: SharedState<Fields>): PlainParameterDecorator {
  return (target, method, index) => {
    if (method !== undefined) markParameter(target, method, { index, kind: 'state', state });
  };
}
