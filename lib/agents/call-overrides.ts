import { conversationUse, conversationUseProblems } from '../conversations/index.js';
import { InputValidationError } from '../errors/index.js';
import { type GivenContext, isGivenContext } from '../models/index.js';
import type { ConversationUse } from '../scope/index.js';
import { given } from '../values/index.js';
import { overrideRules } from './agent-checks.js';
import type { AgentOptions, AgentOverrides } from './agent.options.js';

/** What is other in one call of an agent, told apart. */
export interface CallOverrides {
  /** Options of the agent, each replaced as a whole. */
  readonly options: Partial<AgentOptions>;
  readonly conversation: ConversationUse | undefined;
  /** What it is to answer from. */
  readonly context: GivenContext | undefined;
}

/** @throws {InputValidationError} if an option of the call is none, or does not fit */
export function readOverrides(overrides: AgentOverrides, where: string): CallOverrides {
  const { conversation, context, ...others } = overrides;
  const isGiven = isGivenContext(context);
  const options = given({ ...others, context: isGiven ? undefined : context });
  const problems = [
    ...overrideRules(options, where),
    ...(conversation === undefined ? [] : conversationUseProblems(conversation, `${where}conversation`)),
  ];
  if (problems.length > 0) throw new InputValidationError(problems.join(' '));
  return {
    options,
    conversation: conversationUse(conversation),
    context: isGiven ? context : undefined,
  };
}
