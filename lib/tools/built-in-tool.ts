import { defaultOnInDoubt, retryPolicy, type ToolDefinition } from '../decorators/index.js';
import { GivenTools } from './given-tools.js';
import type { RegisteredTool } from './registered-tool.js';

/** What is said of a tool of this package: the rest of its definition is as below. */
export type BuiltInTool = Pick<ToolDefinition, 'name' | 'description' | 'where'> & Partial<ToolDefinition>;

/** A tool of this package. What it calls has attempts and time limits of its own, so it has none. */
export function builtInTool(given: BuiltInTool, invoke: RegisteredTool['invoke']): RegisteredTool {
  const { effect = 'none' } = given;
  return {
    origin: 'nestjs-nestor',
    provider: GivenTools,
    definition: {
      effect,
      onInDoubt: defaultOnInDoubt(effect),
      repeatable: true,
      retry: retryPolicy(1),
      timeout: Infinity,
      tags: [],
      ...given,
    },
    invoke,
  };
}
