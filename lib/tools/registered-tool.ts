import { toolCall, type ToolDefinition } from '../decorators/index.js';
import type { Call, PerformContext } from '../scope/index.js';

/** A tool that can be called: a `@Tool` method of a provider, an agent, or what another source offers. */
export interface RegisteredTool {
  readonly definition: ToolDefinition;
  /** Names the source that it comes from: `application`. */
  readonly origin: string;
  /** The class of the provider. */
  readonly provider: { readonly name: string; readonly prototype: object };
  /** The agent whose own it is: no other is offered it. */
  readonly owner?: unknown;
  /** It hands the conversation over. `told`: what models are told when it has. */
  readonly handoff?: { readonly to: string; readonly told: string };
  /** Performs it: only the gate calls this. */
  invoke(args: unknown, context: PerformContext): Promise<unknown>;
  /** What its call is besides that of a tool, or instead. */
  readonly call?: Partial<Call> | undefined;
}

/** A call of it as the gate takes it. @param actor who makes it, where that is not code */
export function callOf(tool: RegisteredTool, args: unknown, actor?: Call['actor']): Call {
  const invoke = (input: unknown, context: PerformContext) => tool.invoke(input, context);
  return { ...toolCall(tool.definition, invoke, args, actor), ...tool.call };
}
