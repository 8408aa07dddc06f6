import { addDollars, inDollars, nanoDollars, subtractDollars, type Usage } from '../../values/index.js';
import type { StepDefinition, WorkflowDefinition } from '../definition/definition.js';
import { descendants } from '../definition/graph.js';
import { freeSlots } from './items.js';
import { type BudgetUnit, budgetUnits, type BudgetRaise, type RunBudget } from '../records/record-facts.js';
import type { ActivationState, RunState, StepState } from './run-state.js';
import { activations, waitOf } from './state.js';

/** How much of everything that a budget counts. */
export type Amounts = { readonly [unit in BudgetUnit]: number };

export const nothingUsed: Amounts = Object.freeze({ usd: 0, tokens: 0, calls: 0 });

export function amountsOf({ usd, inputTokens, outputTokens, calls }: Usage): Amounts {
  return { usd, tokens: inputTokens + outputTokens, calls };
}

export function addAmounts(a: Amounts, b: BudgetRaise): Amounts {
  const sum = (unit: BudgetUnit): number => plus(unit, a[unit], b[unit] ?? 0);
  return { usd: sum('usd'), tokens: sum('tokens'), calls: sum('calls') };
}

/** The exact sum of two amounts of a unit. */
function plus(unit: BudgetUnit, a: number, b: number): number {
  return unit === 'usd' ? addDollars(a, b) : a + b;
}

/** The exact rest of a limit, never negative. */
export function restOf(unit: BudgetUnit, limit: number, taken: number): number {
  return Math.max(0, unit === 'usd' ? subtractDollars(limit, taken) : limit - taken);
}

/** Whether an amount is more than what is left. */
export function exceeds(unit: BudgetUnit, wanted: number, left: number): boolean {
  return unit === 'usd' ? nanoDollars(wanted) > nanoDollars(left) : wanted > left;
}

/** A budget with what people have added to it. What has no limit stays without one. */
export function raised(budget: RunBudget, more: BudgetRaise = {}): RunBudget {
  const limits: { [unit in BudgetUnit]?: number } = {};
  for (const unit of budgetUnits)
    if (budget[unit] !== undefined) limits[unit] = plus(unit, budget[unit], more[unit] ?? 0);
  return { ...budget, ...limits };
}

/** What children that are waited for may still use: those of the whole run, or of one step. */
export function childReservationsOf(state: RunState, step?: string): Amounts {
  let reserved = nothingUsed;
  for (const { step: owner, activation } of activations(state))
    if ((step ?? owner.name) === owner.name)
      reserved = addAmounts(reserved, waitOf(activation, 'run')?.childBudget ?? {});
  return reserved;
}

/**
 * Among how many what is left is shared, the child that `step` is about to begin among them. Those that may ask models
 * beside it from now on: one for each step that delegates to a workflow that can, waits for no child yet, and is not
 * downstream of `step`; of a list, as many as have a slot. A step that may ask models itself is one, whatever it asks.
 */
export function sharersOf(
  definition: WorkflowDefinition,
  state: RunState,
  step: string,
  mayAsk: (step: StepDefinition) => boolean,
): number {
  const behind = descendants(definition, step);
  let count = 0;
  for (const other of definition.steps) {
    const own = state.steps.get(other.name);
    if (!own || behind.has(other.name) || !isOpen(own) || !mayAsk(other)) continue;
    count += other.delegate === undefined ? 1 : childrenToCome(other, own);
  }
  return count;
}

/** How many children a step may begin beside each other from now on. */
function childrenToCome(step: StepDefinition, own: StepState): number {
  const all: readonly ActivationState[] = own.items ? [...own.items.states.values()] : [own];
  const childless = all.filter((one) => isOpen(one) && !waitOf(one, 'run')).length;
  return own.items ? Math.min(childless, freeSlots(step, own.items)) : childless;
}

/** The limits of a child: its own, within its share of what is left. None where neither knows one. */
export function childBudgetOf(left: BudgetRaise, own: RunBudget, shares: number): BudgetRaise {
  const childBudget: { [unit in BudgetUnit]?: number } = {};
  for (const unit of budgetUnits) {
    const rest = left[unit];
    const limit = rest === undefined ? own[unit] : Math.min(own[unit] ?? share(unit, rest, shares), rest);
    if (limit !== undefined) childBudget[unit] = limit;
  }
  return childBudget;
}

/** Nothing is divided but tokens, calls and nano-dollars: the first ones get what does not come out even. */
function share(unit: BudgetUnit, rest: number, shares: number): number {
  return unit === 'usd' ? inDollars(Math.ceil(nanoDollars(rest) / shares)) : Math.ceil(rest / shares);
}

/** The limits of a child that can't reach a model: nothing, in the units that are limited. */
export function nothingOf(left: BudgetRaise): BudgetRaise {
  return Object.fromEntries(budgetUnits.filter((unit) => left[unit] !== undefined).map((unit) => [unit, 0]));
}

function isOpen({ status }: ActivationState): boolean {
  return status === 'pending' || status === 'waiting';
}
