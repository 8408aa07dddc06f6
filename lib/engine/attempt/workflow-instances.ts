import type { WorkflowRegistry } from '../../discovery/index.js';
import type { RunState, WorkflowDefinition } from '../../workflow/index.js';
import { adHocHost, adHocWorkflow } from '../ad-hoc/ad-hoc-workflow.js';

/** The instances of workflow classes, out of the host's container. */
export class WorkflowInstances {
  constructor(private readonly registry: WorkflowRegistry) {}

  /** The provider of a workflow; a request-scoped one is created for each activation, with `REQUEST` = { runId, principal, input }. */
  resolve(definition: WorkflowDefinition, { runId, created, input }: RunState): Promise<object> | object {
    if (definition.name === adHocWorkflow.name) return adHocHost;
    return this.registry.instanceOf(definition.name, { runId, principal: created.principal, input });
  }
}
