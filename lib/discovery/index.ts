export { refuseProblems } from './check-all.js';
export { DiscoveredProviders } from './discovered-providers.js';
export type {
  StepDecider,
  ReviewDescription,
  StepDescription,
  WorkflowDescription,
} from './describe/describe-workflow.js';
export { discoveryProviders } from './discovery.providers.js';
export { DiscoverySettings } from './discovery-settings.js';
export type { WorkflowEdge } from './define/edges.js';
export type { FoundTool } from './found.js';
export type { ProviderWrapper } from './explore/providers/provider-class.js';
export { ProviderInstances } from './explore/providers/provider-instances.js';
export { WorkflowRegistry } from './workflow-registry.js';
