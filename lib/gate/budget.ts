import { noUsage, type Usage } from '../values/index.js';
import {
  addAmounts,
  type Amounts,
  amountsOf,
  budgetUnits,
  lentBy,
  nothingUsed,
  type Raise,
  raised,
  type RecordPayloads,
  type RunBudget,
} from '../workflow/index.js';
import type { Attempt } from './attempt.js';
import type { CallFrame } from './call-frame.js';

type Exceeded = RecordPayloads['budget.exceeded'] & {
  readonly onExceeded: NonNullable<RunBudget['onExceeded']>;
};

/** A budget that a call has to keep to, and what is spent of it or set aside. */
interface Account {
  readonly scope: 'run' | 'step';
  readonly budget: RunBudget;
  readonly taken: Amounts;
}

/**
 * Sets the most that a call may use aside, besides what it has set aside already, on the run's budget and on the step's, or on none.
 * Synchronous: of parallel calls each sees what the one before has set aside, so a limit is exact.
 */
export function reserve(attempt: Attempt, key: string, estimate: Usage): Exceeded | undefined {
  const wanted = amountsOf(estimate);
  for (const account of accountsOf(attempt)) {
    const exceeded = firstExceeded(account, wanted);
    if (exceeded) return { ...exceeded, onExceeded: account.budget.onExceeded ?? 'fail' };
  }
  const { run, place } = attempt;
  const before = run.reserved.get(key)?.amounts ?? nothingUsed;
  run.reserved.set(key, { step: place.step, amounts: addAmounts(before, wanted) });
  return undefined;
}

/** Sets the limits of a child aside, and nothing else, until its wait is on record, which holds them then. */
export function lend({ run, place }: Attempt, key: string, slice: Raise): void {
  if (Object.keys(slice).length === 0) run.reserved.delete(key);
  else run.reserved.set(key, { step: place.step, amounts: addAmounts(nothingUsed, slice), slice });
}

/** How many children that are not on record yet have their limits already. */
export function childrenBegun({ run }: Attempt): number {
  return [...run.reserved.values()].filter(({ slice }) => slice).length;
}

/** What neither is used nor set aside, in the units that the run's budget or the step's limits. */
export function leftOf(attempt: Attempt): Raise {
  const left: Record<string, number> = {};
  for (const { budget, taken } of accountsOf(attempt))
    for (const unit of budgetUnits)
      if (budget[unit] !== undefined)
        left[unit] = Math.min(left[unit] ?? Infinity, Math.max(0, budget[unit] - taken[unit]));
  return left;
}

/** Gives back what was set aside; what was really used stands in the outcome's record. */
export function release({ run }: Attempt, frame: CallFrame): void {
  if (run.reserved.size > 0) run.reserved.delete(frame.key);
}

function accountsOf({ run, place, definition }: Attempt): Account[] {
  const { state } = run;
  const { step } = place;
  const stepBudget = raised(definition.budget ?? {}, state.stepRaises.get(step));
  return [
    { scope: 'run', budget: state.budget, taken: takenOf(run, state.usage) },
    { scope: 'step', budget: stepBudget, taken: takenOf(run, state.stepUsage.get(step) ?? noUsage, step) },
  ];
}

function takenOf({ reserved, state }: Attempt['run'], used: Usage, step?: string): Amounts {
  let taken = addAmounts(amountsOf(used), lentBy(state, step));
  for (const one of reserved.values())
    if (step === undefined || one.step === step) taken = addAmounts(taken, one.amounts);
  return taken;
}

function firstExceeded(
  { scope, budget, taken }: Account,
  wanted: Amounts,
): RecordPayloads['budget.exceeded'] | undefined {
  for (const unit of budgetUnits) {
    const limit = budget[unit];
    if (limit !== undefined && taken[unit] + wanted[unit] > limit)
      return { scope, unit, limit, used: taken[unit], wanted: wanted[unit] };
  }
  return undefined;
}
