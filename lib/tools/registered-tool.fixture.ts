import type { ToolDefinition } from '../decorators/index.js';
import type { RegisteredTool } from './registered-tool.js';

/** The class of a test's tools. */
export class Desk {
  readonly open = true;
}

/** A tool as discovery would find it. */
export function tool(
  name: string,
  invoke: (args: never) => unknown,
  definition: Partial<ToolDefinition> = {},
): RegisteredTool {
  return {
    origin: 'application',
    provider: Desk,
    definition: {
      name,
      description: `Does ${name}.`,
      effect: 'none',
      onInDoubt: 'retry',
      retry: { attempts: 1, initialDelay: 0, maxDelay: 0, factor: 1, jitter: 'none' },
      timeout: 1000,
      repeatable: true,
      tags: [],
      where: `Desk.${name}`,
      ...definition,
    },
    // The gate has validated the arguments, so the method gets what it declares.
    invoke: async (args) => invoke(args as never),
  };
}
