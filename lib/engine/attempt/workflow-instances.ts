import type { RunState, WorkflowDefinition } from '../../workflow/index.js';

/** Where workflow instances come from: the host's container, or a test. */
export abstract class WorkflowInstances {
  /** The provider of a workflow; a request-scoped one is created for each activation, with `REQUEST` = { runId, principal, input }. */
  abstract resolve(definition: WorkflowDefinition, state: RunState): Promise<object> | object;
}
