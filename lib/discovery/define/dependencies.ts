import type { StepSource, WorkflowSource } from '../explore/workflow-source.js';

/** Steps that are directly before a step, in order of declaration. Unknown names and the step itself are left out. */
export function dependenciesOf(workflow: WorkflowSource, step: StepSource): readonly string[] {
  const { after, forEach } = step.options;
  const over = typeof forEach === 'object' ? forEach.over : forEach;
  const named = new Set<unknown>([
    ...step.parameters.flatMap(({ markers }) =>
      markers.filter((marker) => marker.kind === 'from').map((marker) => marker.step),
    ),
    ...[after ?? []].flat(),
    over,
    ...workflow.steps
      .filter((other) => other.options.routes?.includes(step.name))
      .map((router) => router.name),
  ]);
  return workflow.steps.map((other) => other.name).filter((name) => name !== step.name && named.has(name));
}
