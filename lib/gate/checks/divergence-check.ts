import { divergenceOf, stopIfDiverged } from '../memory/divergence.js';
import type { CallCheck, CheckedCall } from './checked-call.js';

/** An irreversible call in place of another that happened, or may have, is put before a person. */
export const divergenceCheck: CallCheck = {
  name: 'divergence',

  concerns(checked: CheckedCall): boolean {
    const isOwn = checked.source.from === 'code' && checked.approvedBy === 'nobody';
    return isOwn && divergenceOf(checked) !== undefined;
  },

  /** Never settles where it has diverged. */
  before({ attempt, frame, call, value, origin }: CheckedCall): Promise<void> {
    return stopIfDiverged({ attempt, frame, call }, { args: value, origin });
  },
};
