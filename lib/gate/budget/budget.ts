import { noUsage, type Usage } from '../../values/index.js';
import {
  addAmounts,
  type Amounts,
  amountsOf,
  type BudgetUnit,
  budgetUnits,
  exceeds,
  childReservationsOf,
  nothingUsed,
  type BudgetRaise,
  raised,
  type RecordPayloads,
  restOf,
  type RunBudget,
} from '../../workflow/index.js';
import type { Attempt } from '../attempt.js';
import type { ReservedChild } from './reservations.js';
import { holdersOf } from './budget-holders.js';
import type { CallFrame } from '../call-frame.js';

export type Exceeded = RecordPayloads['budget.exceeded'] & {
  readonly onExceeded: NonNullable<RunBudget['onExceeded']>;
};

/** The budgets of the run and of the step that limit a unit. */
export function limitedBy(attempt: Attempt, unit: BudgetUnit): readonly ('run' | 'step')[] {
  return accountsOf(attempt).flatMap(({ scope, budget }) => (budget[unit] === undefined ? [] : [scope]));
}

/** A budget that a call has to keep to, what was used of it, and what is set aside. */
interface Account {
  readonly scope: 'run' | 'step';
  readonly budget: RunBudget;
  readonly taken: Amounts;
  readonly reserved: Amounts;
}

/**
 * Sets the most that a call may use aside, in place of what it has set aside already, on the run's budget and on the
 * step's, or on none. Synchronous: of parallel calls each sees what the one before has set aside, so a limit is exact.
 */
export function reserve(attempt: Attempt, key: string, most: Usage): Exceeded | undefined {
  const wanted = amountsOf(most);
  for (const account of accountsOf(attempt, key)) {
    const unit = firstExceeded(account, wanted);
    if (unit !== undefined) return refusal(attempt, key, account, unit, wanted[unit]);
  }
  const { step, item } = attempt.place;
  attempt.run.reservations.set(key, { step, item, amounts: wanted });
  return undefined;
}

/** Sets the limits of a child aside, and nothing else, until its wait is on record, which holds them then. */
export function reserveForChild({ run, place }: Attempt, key: string, child: ReservedChild): void {
  const { childBudget } = child;
  if (Object.keys(childBudget).length === 0) run.reservations.release(key);
  else {
    const { step, item } = place;
    run.reservations.set(key, { step, item, amounts: addAmounts(nothingUsed, childBudget), child });
  }
}

/** How many children that may ask models, and are not on record yet, have their limits already. */
export function childrenBegun({ run }: Attempt): number {
  return [...run.reservations.except()].filter(({ child }) => child?.mayAsk).length;
}

/** What neither is used nor set aside, in the units that the run's budget or the step's limits. */
export function leftOf(attempt: Attempt): BudgetRaise {
  const left: Record<string, number> = {};
  for (const { budget, taken } of accountsOf(attempt))
    for (const unit of budgetUnits) {
      const limit = budget[unit];
      if (limit !== undefined)
        left[unit] = Math.min(left[unit] ?? Infinity, restOf(unit, limit, taken[unit]));
    }
  return left;
}

/** Whether the run, or the step, has used or set aside so much that the cheapest models are to be asked. */
export function isShort(attempt: Attempt): boolean {
  return accountsOf(attempt).some(({ budget, taken }) => {
    const { onExceeded, warnAt } = budget;
    if (onExceeded !== 'degrade' || warnAt === undefined) return false;
    return budgetUnits.some((unit) => taken[unit] >= warnAt * (budget[unit] ?? Infinity));
  });
}

/** Gives back what was set aside; what was really used is booked with the outcome's record. */
export function release({ reservations }: Pick<Attempt['run'], 'reservations'>, frame: CallFrame): void {
  frame.budget?.reservation?.release();
  const { rates } = frame;
  frame.rates = undefined;
  rates?.cancel();
  frame.slots?.release();
  // The key of a call is a hash, which costs.
  if (!reservations.isEmpty) reservations.release(frame.key);
}

/** @param own key of what is not counted, since it is about to be set again */
function accountsOf({ run, place, definition }: Attempt, own?: string): Account[] {
  const { state } = run;
  const { step } = place;
  const stepBudget = raised(definition.budget ?? {}, state.stepRaises.get(step));
  return [
    accountWith('run', state.budget, state.usage, reservedOf(run, own)),
    accountWith('step', stepBudget, state.stepUsage.get(step) ?? noUsage, reservedOf(run, own, step)),
  ];
}

function accountWith(scope: Account['scope'], budget: RunBudget, used: Usage, reserved: Amounts): Account {
  return { scope, budget, taken: addAmounts(amountsOf(used), reserved), reserved };
}

function reservedOf({ reservations, state }: Attempt['run'], own?: string, step?: string): Amounts {
  let sum = childReservationsOf(state, step);
  for (const one of reservations.except(own))
    if (step === undefined || one.step === step) sum = addAmounts(sum, one.amounts);
  return sum;
}

function firstExceeded({ budget, taken }: Account, wanted: Amounts): BudgetUnit | undefined {
  return budgetUnits.find((unit) => {
    const limit = budget[unit];
    return limit !== undefined && exceeds(unit, wanted[unit], restOf(unit, limit, taken[unit]));
  });
}

function refusal(
  attempt: Attempt,
  key: string,
  { scope, budget, taken, reserved }: Account,
  unit: BudgetUnit,
  wanted: number,
): Exceeded {
  const holders = holdersOf(attempt.run, unit, key, scope === 'step' ? attempt.place.step : undefined);
  return {
    scope,
    unit,
    limit: budget[unit] ?? 0,
    used: taken[unit],
    wanted,
    ...(reserved[unit] > 0 ? { reserved: reserved[unit], holders } : {}),
    onExceeded: budget.onExceeded ?? 'fail',
  };
}
