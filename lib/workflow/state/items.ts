import { synchronous } from '../../errors/index.js';
import { hashOf } from '../../values/index.js';
import type { StepDefinition, WorkflowDefinition } from '../definition/definition.js';
import type { RunState, StepState } from './run-state.js';
import { waitOf } from './state.js';
import { viewOf } from './view.js';

const listed = new WeakMap<NonNullable<StepState['items']>, readonly unknown[]>();

/** The list that a `forEach` step goes over. @throws what the user's function throws, or an error if it gives no list. */
export function listItems(
  definition: WorkflowDefinition,
  state: RunState,
  step: StepDefinition,
): readonly unknown[] {
  const over = step.forEach?.over;
  const list =
    typeof over === 'function'
      ? synchronous(
          over(viewOf(definition, state, step.name)),
          `\`forEach\` of ${definition.name}.${step.name}`,
        )
      : state.steps.get(over ?? '')?.output;
  if (Array.isArray(list)) return list;
  if (list === undefined && typeof over === 'string') return [];
  throw new TypeError(
    `forEach of ${definition.name}.${step.name} goes over ${list === null ? 'null' : typeof list}: ` +
      `${typeof over === 'string' ? `the step '${over}'` : 'the function'} has to give an array`,
  );
}

/** How many more items may run now. Those that wait for a child continue in it; those that wait for anything else take no slot. */
export function freeSlots({ forEach }: StepDefinition, items: StepState['items']): number {
  let taken = 0;
  for (const state of items?.states.values() ?? []) if (waitOf(state, 'run')) taken += 1;
  return (forEach?.concurrency ?? 1) - taken;
}

export function hashItems(list: readonly unknown[]): string {
  return hashOf(list);
}

/**
 * The element at `index` of a list that is already journaled by count and hash.
 * @throws {Error} if the list is another one now: a `forEach` function has to be pure.
 */
export function itemAt(
  definition: WorkflowDefinition,
  state: RunState,
  step: StepDefinition,
  index: number,
): unknown {
  const items = state.steps.get(step.name)?.items;
  if (!items) throw new Error(`${definition.name}.${step.name} has no list of items yet`);
  let list = listed.get(items);
  if (!list) {
    list = listItems(definition, state, step);
    if (hashItems(list) !== items.hash) {
      throw new Error(
        `forEach of ${definition.name}.${step.name} gives another list than when the step began: ` +
          'it has to be a pure function of { input, outputs }, without clock, chance or I/O',
      );
    }
    listed.set(items, list);
  }
  return list[index];
}
