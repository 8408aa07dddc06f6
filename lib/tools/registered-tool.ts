import type { ToolDefinition } from '../decorators/index.js';
import type { PerformContext } from '../scope/index.js';

/** A tool that can be called: a `@Tool` method of a provider, or what another source offers. */
export interface RegisteredTool {
  readonly definition: ToolDefinition;
  /** Names the source that it comes from: `application`. */
  readonly origin: string;
  /** The class of the provider. */
  readonly provider: { readonly name: string; readonly prototype: object };
  /** Reaches the method below `@Tool`: only the gate calls it. */
  invoke(args: unknown, context: PerformContext): Promise<unknown>;
}
