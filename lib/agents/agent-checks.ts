import {
  budgetRules,
  rateLimitRule,
  reviewProblems,
  reviewRules,
  workflowAccessRule,
} from '../decorators/index.js';
import { readProperty } from '../text/index.js';
import { option, type OptionRules } from '../values/index.js';
import type { AgentOptions, AgentOverrides, ContextOptions } from './agent.options.js';
import { type Offerable, toolProblems } from './tools/agent-tool-checks.js';
import type { RegisteredAgent } from './registered-agent.js';

const contextRules = option.fields({
  window: option.whole(1),
  summarize: option.orFields(option.truth, { model: option.text }),
  maxToolResultTokens: option.whole(1),
} satisfies OptionRules<ContextOptions>);

const overrideTable = {
  model: option.text,
  tools: option.anything,
  instructions: option.anything,
  stopWhen: option.anything,
  context: contextRules,
} satisfies OptionRules<Omit<AgentOverrides, 'conversation'>>;

/** Which values the options of one call take. What it is given to answer from is none of them. */
export const overrideRules = option.fields(overrideTable);

/** Which values each takes. */
const agentRules = option.fields({
  ...overrideTable,
  name: option.text,
  version: option.text,
  description: option.text,
  prompt: option.anything,
  onStop: option.orFields(option.oneOf('answer', 'fail', 'review'), { review: reviewRules }),
  handoffs: option.anything,
  maxHandoffs: option.whole(1),
  onHandoff: option.anything,
  beforeTurn: option.anything,
  afterTurn: option.anything,
  parallelToolCalls: option.whole(1),
  toolChoice: option.orFields(option.oneOf('auto', 'none', 'required'), { tool: option.text }),
  temperature: option.numeric(0),
  maxTokens: option.whole(1),
  reasoning: option.oneOf('none', 'low', 'medium', 'high'),
  cachePrompt: option.truth,
  providerOptions: option.anything,
  maxDepth: option.whole(1),
  timeout: option.duration,
  budget: budgetRules,
  rateLimit: rateLimitRule,
  access: workflowAccessRule,
  concurrency: option.whole(1),
} satisfies OptionRules<AgentOptions>);

/** Everything that is wrong with an agent, each as one sentence. @param offerable what agents may have as tools */
export function agentProblems(agent: RegisteredAgent, offerable: readonly Offerable[]): readonly string[] {
  const where = `${agent.type.name}: @Agent `;
  return [
    ...agentRules(agent.options, where),
    ...(agent.options.instructions === undefined
      ? [`${where}has no instructions: say what the model is to do, and what it may not.`]
      : []),
    ...limitReviewProblems(agent).map((problem) => `${where}${problem}`),
    ...toolProblems(agent, offerable),
  ];
}

function limitReviewProblems({ options: { onStop } }: RegisteredAgent): readonly string[] {
  if (typeof onStop !== 'object') return [];
  // Plain JavaScript can write it: an agent that nobody looks at would go on beyond its limit.
  const isSampled = readProperty(onStop.review, 'sample') !== undefined;
  return [
    ...reviewProblems(onStop.review),
    ...(isSampled ? ['has a review at its limits with sample: each of them is looked at. Remove it.'] : []),
  ];
}
