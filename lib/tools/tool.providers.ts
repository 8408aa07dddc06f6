import type { Provider } from '@nestjs/common';
import { DiscoveredTools } from './discovered-tools.js';
import { ToolRegistry } from './tool-registry.js';
import { ToolService } from './tool.service.js';
import { TOOL_SOURCES, type ToolSource } from './tool-source.js';

/** What a module lists to have tools. Needs the providers of discovery, and `AdHocRuns`. */
export const toolProviders: readonly Provider[] = [
  DiscoveredTools,
  {
    provide: TOOL_SOURCES,
    useFactory: (discovered: DiscoveredTools): readonly ToolSource[] => [discovered],
    inject: [DiscoveredTools],
  },
  ToolRegistry,
  ToolService,
];
