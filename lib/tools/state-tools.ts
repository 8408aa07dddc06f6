import { type SharedState, StateHandle } from '../decorators/index.js';
import type { Schema } from '../values/index.js';
import { builtInTool } from './built-in-tool.js';
import { GivenTools } from './given-tools.js';
import type { RegisteredTool } from './registered-tool.js';

/**
 * The tools by which an agent reads a shared state of its run and writes to it: `read_research`, and `update_research_notes` for
 * each field. It reads what is there at that moment. An update is what the field's `schema` describes, else a text.
 * @example
 * tools: () => [SearchTools, stateTools(board)]
 */
export function stateTools(state: SharedState): GivenTools {
  const { name, fields } = state;
  return new GivenTools([
    stateTool(`read_${name}`, `Reads the shared notes '${name}': all of their fields.`, undefined, () =>
      new StateHandle(state).latestOfAll(),
    ),
    ...Object.entries(fields).map(([field, { schema = String }]) =>
      stateTool(
        `update_${name}_${field}`,
        `Writes to the field '${field}' of the shared notes '${name}'.`,
        schema,
        async (update) => {
          await new StateHandle(state).update(field, update);
          return 'Written.';
        },
      ),
    ),
  ]);
}

function stateTool(
  name: string,
  description: string,
  input: Schema | undefined,
  invoke: RegisteredTool['invoke'],
): RegisteredTool {
  return builtInTool({ name, description, input, where: `stateTools(${name})` }, invoke);
}
