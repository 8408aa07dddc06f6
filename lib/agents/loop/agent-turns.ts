import type { ConversationMedia } from '../../media/index.js';
import { ModelTurns, type StructuredOutput, type Transcript } from '../../models/index.js';
import { given } from '../../values/index.js';
import type { AgentPorts } from './agent-ports.js';
import type { AgentOptions } from '../agent.options.js';
import type { RegisteredAgent } from '../registered-agent.js';

export interface AgentTurnsOptions {
  /** Of the agent. */
  readonly name: string;
  readonly output: StructuredOutput | undefined;
  readonly maxTokens: number;
  readonly media: ConversationMedia;
  readonly transcript: Transcript;
  /** How many passages may be cited. */
  readonly marks: number | undefined;
}

/** The requests of an agent, as its options say; each is known by the number of its turn. */
export function agentTurns(
  { caller, catalog }: AgentPorts,
  options: AgentOptions,
  { name, output, maxTokens, media, transcript, marks }: AgentTurnsOptions,
): ModelTurns {
  const route = catalog.resolve(options.model);
  const { temperature, reasoning, cachePrompt, providerOptions } = options;
  return new ModelTurns(
    caller,
    route,
    {
      settings: {
        maxTokens,
        agent: name,
        ...given({
          temperature,
          reasoning,
          cachePrompt: cachePrompt || undefined,
          providerOptions,
          alias: route.alias,
          marks,
        }),
      },
      output,
      timeout: undefined,
      listener: undefined,
      agent: name,
      media,
      byPosition: true,
    },
    transcript,
  );
}

export interface SummaryTurnsOptions {
  /** @default that of the agent */
  readonly model: string | undefined;
  readonly maxTokens: number;
  readonly media: ConversationMedia;
  /** @default true */
  readonly byPosition?: boolean;
}

/** The requests for summaries of an agent's conversation: each stands by itself, and is not a turn of the agent. */
export function summaryTurns(
  { caller, catalog }: AgentPorts,
  { name, options }: RegisteredAgent,
  { model, maxTokens, media, byPosition = true }: SummaryTurnsOptions,
): ModelTurns {
  const route = catalog.resolve(model ?? options.model);
  return new ModelTurns(caller, route, {
    settings: { maxTokens, ...given({ alias: route.alias }) },
    output: undefined,
    timeout: undefined,
    listener: undefined,
    agent: name,
    media,
    byPosition,
  });
}
