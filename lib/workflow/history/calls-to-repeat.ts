import type { RememberedCall } from '../state/run-state.js';

/**
 * Which calls of a failed attempt the next one makes again: those after the last one that changed something. The
 * others stay remembered. A bad answer of a model must not make every attempt fail in the same way.
 * Of calls that are known by their position only the answers of models that did not come: what an agent has done, turn by
 * turn, is done, and the next attempt goes on from there.
 * @param calls in the order of the journal
 */
export function callsToRepeat(calls: readonly RememberedCall[]): readonly RememberedCall[] {
  const last = calls.findLastIndex(
    ({ effect, status, performed }) => effect !== 'none' && (status !== 'failed' || performed === true),
  );
  return calls.filter((call, index) =>
    call.position === undefined ? index > last : call.kind === 'model' && call.status === 'failed',
  );
}
