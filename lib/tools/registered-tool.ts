import type { ToolDefinition } from '../decorators/index.js';
import type { PerformContext } from '../scope/index.js';

/** A `@Tool` method of a provider, found at boot. */
export interface RegisteredTool {
  readonly definition: ToolDefinition;
  /** The class of the provider. */
  readonly provider: { readonly name: string; readonly prototype: object };
  /** Reaches the method below `@Tool`: only the gate calls it. */
  invoke(args: unknown, context: PerformContext): Promise<unknown>;
}
