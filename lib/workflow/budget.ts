import type { Usage } from '../values/index.js';
import type { WorkflowDefinition } from './definition.js';
import { descendants } from './graph.js';
import { freePlaces } from './items.js';
import { type BudgetUnit, budgetUnits, type Raise, type RunBudget } from './record-facts.js';
import type { ActivationState, RunState } from './run-state.js';
import { activations, waitOf } from './state.js';

/** How much of everything that a budget counts. */
export type Amounts = { readonly [unit in BudgetUnit]: number };

export const nothingUsed: Amounts = Object.freeze({ usd: 0, tokens: 0, calls: 0 });

export function amountsOf({ usd, inputTokens, outputTokens, calls }: Usage): Amounts {
  return { usd, tokens: inputTokens + outputTokens, calls };
}

export function addAmounts(a: Amounts, b: Raise): Amounts {
  return { usd: a.usd + (b.usd ?? 0), tokens: a.tokens + (b.tokens ?? 0), calls: a.calls + (b.calls ?? 0) };
}

/** A budget with what people have added to it. What has no limit stays without one. */
export function raised(budget: RunBudget, more: Raise = {}): RunBudget {
  const limits: { [unit in BudgetUnit]?: number } = {};
  for (const unit of budgetUnits)
    if (budget[unit] !== undefined) limits[unit] = budget[unit] + (more[unit] ?? 0);
  return { ...budget, ...limits };
}

/** What children that are waited for may still use: those of the whole run, or of one step. */
export function lentBy(state: RunState, step?: string): Amounts {
  let lent = nothingUsed;
  for (const { step: owner, activation } of activations(state))
    if ((step ?? owner.name) === owner.name) lent = addAmounts(lent, waitOf(activation, 'run')?.slice ?? {});
  return lent;
}

/**
 * How many children may be begun beside each other from now on, that of `step` among them: one for each step that
 * delegates, waits for no child yet, and does not stand behind `step`; of a list, as many as have a place.
 */
export function childrenToCome(definition: WorkflowDefinition, state: RunState, step: string): number {
  const behind = descendants(definition, step);
  let count = 0;
  for (const other of definition.steps) {
    const own = state.steps.get(other.name);
    if (other.delegate === undefined || !own || behind.has(other.name) || !isOpen(own)) continue;
    const all: readonly ActivationState[] = own.items ? [...own.items.states.values()] : [own];
    const childless = all.filter((one) => isOpen(one) && !waitOf(one, 'run')).length;
    count += own.items ? Math.min(childless, freePlaces(other, own.items)) : childless;
  }
  return count;
}

/** The limits of a child: its own, within its share of what is left. None where neither knows one. */
export function sliceOf(left: Raise, own: RunBudget, shares: number): Raise {
  const slice: { [unit in BudgetUnit]?: number } = {};
  for (const unit of budgetUnits) {
    const rest = left[unit];
    const limit = rest === undefined ? own[unit] : Math.min(own[unit] ?? share(unit, rest, shares), rest);
    if (limit !== undefined) slice[unit] = limit;
  }
  return slice;
}

/** Tokens and calls are whole: the first ones get what does not come out even. */
function share(unit: BudgetUnit, rest: number, shares: number): number {
  return unit === 'usd' ? rest / shares : Math.ceil(rest / shares);
}

function isOpen({ status }: ActivationState): boolean {
  return status === 'pending' || status === 'waiting';
}
