import type { FoundTool } from '../found.js';
import { readProperty } from '../../text/index.js';
import { isBareOverride } from '../explore/read-workflow.js';
import { contextIndexOf, reviewProblems, reviewRules, toolRules } from '../../decorators/index.js';

/** How the server would perform it. */
const notOfClients = ['effect', 'onInDoubt', 'repeatable', 'retry'] as const;

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
      ...reviewProblems(tool.review).map((problem) => `${where} ${problem}`),
      ...roundProblems(tool, where),
      ...timeoutProblems(tool, where),
      ...rateProblems(tool, where),
      ...clientProblems(tool, where),
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

function roundProblems({ review }: FoundTool, where: string): readonly string[] {
  return typeof review?.onReject === 'object'
    ? [
        `${where}: onReject.repeat names steps, and a tool has none. Put the review on the step, or use 'fail' or 'skip'.`,
      ]
    : [];
}

/** What cannot be undone is not done because nobody has looked. */
function timeoutProblems({ options, review }: FoundTool, where: string): readonly string[] {
  const isIrreversible = (options.effect ?? 'irreversible') === 'irreversible';
  return review?.onTimeout === 'approve' && isIrreversible
    ? [
        `${where} is irreversible and its review is approved by time (onTimeout: 'approve'). Write 'reject' or 'escalate', or say by effect: 'idempotent' that a repetition does no harm.`,
      ]
    : [];
}

/** Tools use no tokens. */
function rateProblems({ options }: FoundTool, where: string): readonly string[] {
  const policies: readonly unknown[] = [options.rateLimit ?? []].flat();
  return policies.some((one) => readProperty(one, 'tokens') !== undefined)
    ? [
        `${where}: rateLimit.tokens: tools use no tokens. Limit requests, or the model, the agent or the workflow.`,
      ]
    : [];
}

/** What the client performs is neither repeated by us nor shown to a person before. */
function clientProblems({ options, review }: FoundTool, where: string): readonly string[] {
  if (options.performedBy !== 'client') return [];
  const given = notOfClients.filter((name) => options[name] !== undefined);
  return [
    ...(given.length > 0
      ? [`${where} is performed by the client, so it has no ${given.join(', ')}. Leave that out.`]
      : []),
    ...(review
      ? [
          `${where} is performed by the client, and @HumanReview asks before a call: ask the user in the client, or put @HumanReview on a tool that the server performs.`,
        ]
      : []),
  ];
}

/** Code that replaces a tool's would run without the gate. */
function overrideProblems({ type, method }: FoundTool, where: string): readonly string[] {
  return isBareOverride(type.prototype, method, 'nestjs-nestor:tool')
    ? [`${where} overrides a @Tool without @Tool: it would not pass the gate. Put @Tool on the override.`]
    : [];
}
