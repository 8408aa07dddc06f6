import { Catalogue } from './catalogue.js';
import { GuardrailExplorer } from './guardrail-explorer.js';
import { ModelReach } from './model-reach.js';
import { ProviderInstances } from './provider-instances.js';
import { ShapeGuard } from './shape-guard.js';
import { StrayExplorer } from './stray-explorer.js';
import { ToolExplorer } from './tool-explorer.js';
import { WorkflowExplorer } from './workflow-explorer.js';
import { WorkflowRegistry } from './workflow-registry.js';

/** What a module lists to have discovery. It also imports Nest's `DiscoveryModule`. */
export const discoveryProviders = [
  ShapeGuard,
  ProviderInstances,
  ModelReach,
  WorkflowExplorer,
  ToolExplorer,
  GuardrailExplorer,
  StrayExplorer,
  Catalogue,
  WorkflowRegistry,
] as const;
