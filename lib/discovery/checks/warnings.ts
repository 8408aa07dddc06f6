import type { FoundTool, FoundWorkflow } from '../found.js';

/** What is allowed and yet worth a thought, given what stands in the workflow's reach. */
export function warningsOf(
  workflow: FoundWorkflow,
  hasModel: boolean,
  toolsInReach: readonly FoundTool[],
): readonly string[] {
  if (!hasModel) return [];
  const { where } = workflow.source;
  return [
    ...toolsInReach
      .filter(({ definition }) => definition.effect === 'irreversible' && !definition.review)
      .map(
        ({ definition }) =>
          `${where} has a model and the irreversible tool '${definition.name}' (${definition.where}) in reach, and nobody reviews its calls. ` +
          `Put @HumanReview() on it, or say effect: 'idempotent' if repeating it does no harm.`,
      ),
    ...(workflow.definition.budget
      ? []
      : [`${where} can call models and has no budget. Add one: @Workflow({ budget: { usd: 0.5 } }).`]),
  ];
}
