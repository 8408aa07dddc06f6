import type { RegisteredTool } from './registered-tool.js';

/** Where tools come from: the application itself, or another process that has to be asked. */
export abstract class ToolSource {
  /** Names the source: `application`. */
  abstract readonly origin: string;
  /** The tools that it has now; at once, where nobody has to be asked. */
  abstract tools(): readonly RegisteredTool[] | Promise<readonly RegisteredTool[]>;
}

/** Injection token of the list of sources. Of two tools of one name, that of the earlier source is called. */
export const TOOL_SOURCES = Symbol('nestjs-nestor.tool-sources');
