import { vendorName } from '../text/index.js';
import type { ExposedTool } from './calls/tool-calls.js';
import { type ObjectSchema, objectSchemaOf } from './object-schema.js';
import type { RegisteredTool } from './registered-tool.js';

/** A tool of one conversation, with what the model is shown of it. */
export interface ToolEntry {
  readonly tool: RegisteredTool;
  readonly exposed: ExposedTool;
  readonly input: ObjectSchema | undefined;
}

/** @param prefix of names that are offered without it */
export function toolEntry(
  tool: RegisteredTool,
  taken: ReadonlyMap<string, unknown>,
  prefix: string | undefined,
): ToolEntry {
  const { name, description, input, performedBy } = tool.definition;
  const schema = input && objectSchemaOf(input);
  return {
    tool,
    input: schema,
    exposed: {
      name: exposedName(
        prefix !== undefined && name.startsWith(prefix) ? name.slice(prefix.length) : name,
        taken,
      ),
      description,
      input: schema?.json ?? anyObject,
      ...(tool.handoff ? { handoff: tool.handoff.to } : {}),
      ...(performedBy ? { performedBy } : {}),
    },
  };
}

/** Of a tool without parameters, or whose parameter has no class and no schema. */
const anyObject = { type: 'object', properties: {}, additionalProperties: true } as const;

function exposedName(name: string, taken: ReadonlyMap<string, unknown>): string {
  const plain = vendorName(name);
  for (let number = 2, exposed = plain; ; number++) {
    if (!taken.has(exposed)) return exposed;
    exposed = `${plain.slice(0, 60)}_${number}`;
  }
}
