import type { WorkflowRegistry } from '../../discovery/index.js';
import type { RunState, WorkflowDefinition } from '../../workflow/index.js';
import { adHocHost, adHocWorkflow } from '../ad-hoc/ad-hoc-workflow.js';
import { WorkflowInstances } from './workflow-instances.js';

/** Instances out of the host's container. */
export class RegistryInstances extends WorkflowInstances {
  constructor(private readonly registry: WorkflowRegistry) {
    super();
  }

  resolve(definition: WorkflowDefinition, { runId, created, input }: RunState): Promise<object> | object {
    if (definition.name === adHocWorkflow.name) return adHocHost;
    return this.registry.instanceOf(definition.name, { runId, principal: created.principal, input });
  }
}
