import type { Provider } from '@nestjs/common';
import { DiscoveredTools } from './discovered-tools.js';
import { ToolRegistry } from './tool-registry.js';
import { ToolService } from './tool.service.js';
import { ToolSource } from './tool-source.js';

/** What a module lists to have tools. Needs the providers of discovery, and `AdHocRuns`. */
export const toolProviders: readonly Provider[] = [
  { provide: ToolSource, useClass: DiscoveredTools },
  ToolRegistry,
  ToolService,
];
