import type { RunView } from '../../scope/index.js';
import type { WorkflowDefinition } from '../definition/definition.js';
import { ancestors } from '../definition/graph.js';
import type { RunState } from './run-state.js';

/**
 * What a function of a definition may read: the input and the outputs of steps upstream of its own.
 * Those are settled when it is asked, so it answers alike after a restart and in whatever order branches complete.
 */
export function viewOf(
  definition: WorkflowDefinition,
  state: RunState,
  asker: string,
  itself?: 'itself',
): RunView {
  const visible = ancestors(definition, asker);
  const outputs = new Proxy<Record<string, unknown>>(
    {},
    {
      get(_, name) {
        if (typeof name !== 'string') return undefined;
        if (visible.has(name) || (itself && name === asker)) return state.steps.get(name)?.output;
        if (!definition.steps.some((step) => step.name === name)) return undefined;
        throw new Error(
          `A function of ${definition.name}.${asker} reads outputs.${name}, but ${name} is not upstream of ${asker}: ` +
            `whether it has an output yet would depend on timing. Add \`after: '${name}'\` to ${asker}.`,
        );
      },
      has: (_, name) =>
        typeof name === 'string' && (visible.has(name) || (itself !== undefined && name === asker)),
      ownKeys: () => [...visible, ...(itself && !visible.has(asker) ? [asker] : [])],
      getOwnPropertyDescriptor: (_, name) => ({
        enumerable: true,
        configurable: true,
        value: typeof name === 'string' ? state.steps.get(name)?.output : undefined,
      }),
      set: () => false,
    },
  );
  return { input: state.input, outputs };
}
