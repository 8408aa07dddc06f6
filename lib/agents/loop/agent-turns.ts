import type { ConversationMedia } from '../../media/index.js';
import { ModelTurns, type StructuredOutput, type Transcript } from '../../models/index.js';
import { given } from '../../values/index.js';
import type { AgentPorts } from './agent-ports.js';
import type { AgentOptions } from '../agent.options.js';

export interface AgentTurnsOptions {
  /** Of the agent. */
  readonly name: string;
  readonly output: StructuredOutput | undefined;
  readonly maxTokens: number;
  readonly media: ConversationMedia;
  readonly transcript: Transcript;
}

/** The requests of an agent, as its options say; each is known by the number of its turn. */
export function agentTurns(
  { caller, catalog }: AgentPorts,
  options: AgentOptions,
  { name, output, maxTokens, media, transcript }: AgentTurnsOptions,
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
        }),
      },
      output,
      timeout: undefined,
      listener: undefined,
      media,
      byPosition: true,
    },
    transcript,
  );
}
