import type { Settlement } from '../../journal/index.js';
import { noUsage, type Usage } from '../../values/index.js';
import { amountsOf, budgetUnits, exceeds, type RecordDraft } from '../../workflow/index.js';
import { type GateCall, recordDraft } from '../gate-call.js';
import { limitedBy, release } from './budget.js';

/** What is written of a call's use with its outcome. */
export interface Booking {
  /** Records of units in which it has used more than was set aside. */
  readonly overruns: readonly RecordDraft[];
  /** For the budgets that many runs share. */
  readonly settlements: readonly Settlement[];
  /** The commit with the outcome was not written, or nobody knows: what was used counts all the same. */
  notWritten(): void;
}

/** Ends what is set aside for a call: its outcome is known. */
export function book(gateCall: GateCall, used: Usage = noUsage): Booking {
  const { attempt, frame } = gateCall;
  const { budget } = frame;
  const settlements = budget?.reservation?.settled(used) ?? [];
  const { rates } = frame;
  frame.rates = undefined;
  rates?.settle(amountsOf(used).tokens);
  release(attempt.run, frame);
  return {
    overruns: budget ? overrunsOf(gateCall, budget.most, used) : [],
    settlements,
    notWritten: () => budget?.reservation?.settleOutside(settlements),
  };
}

function overrunsOf(gateCall: GateCall, most: Usage, actual: Usage): RecordDraft[] {
  const [estimates, amounts] = [amountsOf(most), amountsOf(actual)];
  const shared = gateCall.frame.budget?.reservation?.accounts ?? [];
  return budgetUnits.flatMap((unit) => {
    const [estimate, used] = [estimates[unit], amounts[unit]];
    if (!exceeds(unit, used, estimate)) return [];
    const owners = shared.filter((account) => account.unit === unit).map(({ owner }) => owner);
    const budgets = [...new Set([...limitedBy(gateCall.attempt, unit), ...owners])];
    return budgets.length === 0
      ? []
      : [recordDraft(gateCall, 'budget.overrun', { unit, estimate, used, budgets })];
  });
}
