import type { FoundTool, FoundWorkflow } from '../found.js';

/** An irreversible tool whose result nobody checks: what a person answers for a call in doubt is taken as it is. */
export function toolWarnings(tools: readonly FoundTool[]): readonly string[] {
  return tools
    .filter(
      ({ definition: { effect, onInDoubt, output } }) =>
        effect === 'irreversible' && onInDoubt === 'review' && !output,
    )
    .map(
      ({ definition: { name, where } }) =>
        `The irreversible tool '${name}' (${where}) has no output schema: when its outcome is unknown, a person answers with its result, and nothing checks that. Add one: @Tool({ output: Receipt }).`,
    );
}

/** What is allowed and yet worth a thought, given what is in the workflow's reach. */
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
