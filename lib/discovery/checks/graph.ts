import { findCycle, lastSteps, topologicalOrder } from '../../workflow/index.js';
import type { WorkflowCheck } from './check.js';

/** The steps form a graph that begins, reaches everything, and has one end. */
export const checkGraph: WorkflowCheck = ({ source, definition }) => {
  const { where } = source;
  if (definition.steps.length === 0) return [`${where} has no steps. Put @Step() on a public method.`];
  const cycle = findCycle(definition);
  if (cycle) {
    const placed = topologicalOrder(definition);
    const stuck = definition.steps
      .map((step) => step.name)
      .filter((name) => !placed.includes(name) && !cycle.includes(name));
    return [
      `${where}: ${[...cycle, cycle[0]].join(' → ')} is a cycle: none of them could ever start. ` +
        `Remove an edge; for a loop use repeat: { from: '${cycle[0]}', while, max }.`,
      ...stuck.map(
        (name) =>
          `${where}.${name} can't be reached: it is downstream of the cycle ${cycle.join(', ')}, or in another one.`,
      ),
    ];
  }
  const last = lastSteps(definition);
  const named = source.type.result;
  if (named !== undefined && source.options.result !== named) {
    return [
      `${where}: its result is '${source.options.result ?? ''}' by @Workflow, and '${named}' by \`static result\`. Remove one of them.`,
    ];
  }
  if (source.options.result === undefined && last.length > 1) {
    return [
      `${where} ends with several steps (${last.join(', ')}). Say which output is the run's: @Workflow({ result: '${last.at(-1)}' }).`,
    ];
  }
  return [];
};
