import { DiscoveredProviders } from './discovered-providers.js';
import { GuardrailExplorer } from './guardrail-explorer.js';
import { ModelAccess } from './model-access.js';
import { ProviderInstances } from './provider-instances.js';
import { ShapeGuard } from './shape-guard.js';
import { MisplacedDecoratorExplorer } from './misplaced-decorator-explorer.js';
import { ToolExplorer } from './tool-explorer.js';
import { WorkflowExplorer } from './workflow-explorer.js';
import { WorkflowRegistry } from './workflow-registry.js';

/** What a module lists to have discovery. It also imports Nest's `DiscoveryModule`. */
export const discoveryProviders = [
  ShapeGuard,
  ProviderInstances,
  ModelAccess,
  WorkflowExplorer,
  ToolExplorer,
  GuardrailExplorer,
  MisplacedDecoratorExplorer,
  DiscoveredProviders,
  WorkflowRegistry,
] as const;
