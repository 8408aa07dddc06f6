import type { Call, PerformContext } from '../../scope/index.js';
import type { ToolDefinition } from './tool-definition.js';

/** A tool call as the gate takes it. `invoke` reaches the method below `@Tool`. */
export function toolCall(
  definition: ToolDefinition,
  invoke: (args: unknown, context: PerformContext) => Promise<unknown>,
  args: unknown,
  actor?: Call['actor'],
): Call {
  const { name, effect, onInDoubt, timeout, retry, access, review, input, output } = definition;
  return {
    kind: 'tool',
    name,
    arguments: args,
    effect,
    onInDoubt,
    timeout,
    retry,
    access,
    review,
    input,
    output,
    actor,
    perform: invoke,
  };
}
