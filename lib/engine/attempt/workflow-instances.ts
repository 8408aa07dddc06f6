import type { AgentHosts } from '../../agents/index.js';
import type { WorkflowRegistry } from '../../discovery/index.js';
import type { RunState, WorkflowDefinition } from '../../workflow/index.js';
import { adHocHost, adHocWorkflow } from '../ad-hoc/ad-hoc-workflow.js';

/** The instances of workflow classes, out of the host's container. */
export class WorkflowInstances {
  constructor(
    private readonly registry: WorkflowRegistry,
    private readonly agents: Pick<AgentHosts, 'hostOf'>,
  ) {}

  /** The provider of a workflow; a request-scoped one is created for each activation, with `REQUEST` = { runId, principal, input }. */
  resolve(definition: WorkflowDefinition, { runId, created, input }: RunState): Promise<object> | object {
    if (definition.name === adHocWorkflow.name) return adHocHost;
    if (this.registry.isAgent(definition.name)) return this.agents.hostOf(definition.name);
    return this.registry.instanceOf(definition.name, { runId, principal: created.principal, input });
  }
}
