import type { RegisteredTool } from './registered-tool.js';

/** Where the tools come from. */
export abstract class ToolSource {
  abstract all(): readonly RegisteredTool[];
}
