import { DiscoveredProviders } from './discovered-providers.js';
import { GuardrailExplorer } from './explore/guardrail-explorer.js';
import { InjectedProviders } from './explore/providers/injected-providers.js';
import { ModelAccess } from './explore/model-access.js';
import { ProviderInstances } from './explore/providers/provider-instances.js';
import { ShapeGuard } from './explore/shape-guard.js';
import { MisplacedDecoratorExplorer } from './explore/misplaced-decorator-explorer.js';
import { ToolExplorer } from './explore/tool-explorer.js';
import { WorkflowExplorer } from './explore/workflow-explorer.js';
import { WorkflowRegistry } from './workflow-registry.js';

/** What a module lists to have discovery. It also imports Nest's `DiscoveryModule`. */
export const discoveryProviders = [
  ShapeGuard,
  ProviderInstances,
  InjectedProviders,
  ModelAccess,
  WorkflowExplorer,
  ToolExplorer,
  GuardrailExplorer,
  MisplacedDecoratorExplorer,
  DiscoveredProviders,
  WorkflowRegistry,
] as const;
