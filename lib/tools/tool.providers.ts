import type { Provider } from '@nestjs/common';
import { DiscoveredTools } from './discovered-tools.js';
import { ToolRegistry } from './tool-registry.js';
import { ToolService } from './tool.service.js';

/** What a module lists to have tools. Needs the providers of discovery, `AdHocRuns`, and `TOOL_SOURCES`. */
export const toolProviders: readonly Provider[] = [DiscoveredTools, ToolRegistry, ToolService];
