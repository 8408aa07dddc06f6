import {
  activations,
  addAmounts,
  type Amounts,
  type BudgetHolder,
  type BudgetUnit,
  nothingUsed,
  waitOf,
} from '../../workflow/index.js';
import type { GatedRun } from '../attempt.js';

/** Most holders that a refusal names. */
const mostNamed = 10;

/**
 * For whom a part of the run's budget is set aside, the largest ones first: calls in flight, together by the step that
 * makes them, and children, which hold it until they have ended.
 * @param own key of the call that asks
 * @param step only what belongs to that step
 */
export function holdersOf(run: GatedRun, unit: BudgetUnit, own: string, step?: string): BudgetHolder[] {
  const held = new Map<string, Omit<BudgetHolder, 'amount'> & { amounts: Amounts }>();
  const add = (place: { step: string; item?: number | undefined }, amounts: Amounts, runId?: string) => {
    if (step !== undefined && step !== place.step) return;
    const path = `${run.definition.name}.${place.step}${place.item === undefined ? '' : `[${place.item}]`}`;
    const before = held.get(`${path} ${runId ?? ''}`)?.amounts ?? nothingUsed;
    held.set(`${path} ${runId ?? ''}`, {
      step: path,
      ...(runId === undefined ? {} : { runId }),
      amounts: addAmounts(before, amounts),
    });
  };
  for (const { child, amounts, ...place } of run.reservations.except(own)) add(place, amounts, child?.runId);
  for (const { step: owner, item, activation } of activations(run.state)) {
    const child = waitOf(activation, 'run');
    if (child?.childBudget)
      add({ step: owner.name, item }, addAmounts(nothingUsed, child.childBudget), child.runId);
  }
  return [...held.values()]
    .map(({ amounts, ...holder }) => ({ ...holder, amount: amounts[unit] }))
    .filter(({ amount }) => amount > 0)
    .toSorted((a, b) => b.amount - a.amount)
    .slice(0, mostNamed);
}
