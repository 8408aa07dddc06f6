import type { FoundTool } from '../found.js';
import { isBareOverride } from '../explore/read-workflow.js';
import { contextIndexOf, reviewRules, toolRules } from '../../decorators/index.js';

/** Each tool can be described to a model, called with one input, and can't be called around the gate. */
export function checkTools(tools: readonly FoundTool[]): readonly string[] {
  return tools.flatMap((tool) => {
    const where = `${tool.type.name}.${tool.method}`;
    const { description } = tool.options;
    return [
      ...(description === undefined
        ? [
            `${where}: @Tool has no description. Say what it does and when to use it: models choose by this text.`,
          ]
        : []),
      ...toolRules(tool.options, `${where}: @Tool `),
      ...(tool.review ? reviewRules(tool.review, `${where}: @HumanReview `) : []),
      ...reviewProblems(tool, where),
      ...parameterProblems(tool, where),
      ...overrideProblems(tool, where),
    ];
  });
}

function parameterProblems({ type, method, parameterCount }: FoundTool, where: string): readonly string[] {
  const context = contextIndexOf(type.prototype, method);
  if (context !== undefined && context > 1)
    return [`${where}: @ToolCtx() is parameter number ${context + 1}. Put it right behind the input.`];
  const inputs = parameterCount - (context === undefined ? 0 : 1);
  return inputs > 1
    ? [
        `${where} has ${inputs} parameters, but a tool takes one input object or nothing. Put them into one class.`,
      ]
    : [];
}

function reviewProblems({ review }: FoundTool, where: string): readonly string[] {
  if (typeof review?.onReject === 'object') {
    return [
      `${where}: onReject.repeat names steps, and a tool has none. Put the review on the step, or use 'fail' or 'skip'.`,
    ];
  }
  return review?.onTimeout === 'escalate' && [review.escalateTo ?? []].flat().length === 0
    ? [
        `${where} has a review with onTimeout: 'escalate' but without escalateTo. Name the roles that may decide then.`,
      ]
    : [];
}

/** Code that replaces a tool's would run without the gate. */
function overrideProblems({ type, method }: FoundTool, where: string): readonly string[] {
  return isBareOverride(type.prototype, method, 'nestjs-nestor:tool')
    ? [`${where} overrides a @Tool without @Tool: it would not pass the gate. Put @Tool on the override.`]
    : [];
}
