import { ConversationMedia } from '../../media/index.js';
import { ConversationThread } from '../../models/index.js';
import type { CallPosition, ConversationUse, PerformContext } from '../../scope/index.js';
import type { Principal } from '../../values/index.js';
import type { AgentPorts } from '../loop/agent-ports.js';
import { summaryTurns } from '../loop/agent-turns.js';
import type { RegisteredAgent } from '../registered-agent.js';

/** Places among the calls of an agent, apart from those of its turns. */
const positions = { opened: [0, 2], appended: [0, 3] } as const satisfies Record<string, CallPosition>;

/**
 * The conversation in which a call of an agent answers.
 * @throws {ConversationNotFoundError} {ConversationBusyError}
 */
export function agentThread(
  ports: AgentPorts,
  {
    use,
    agent,
  }: {
    readonly use: ConversationUse;
    readonly agent: RegisteredAgent;
    readonly principal: Principal | undefined;
  },
  { key: call }: PerformContext,
): Promise<ConversationThread> {
  return ConversationThread.open(ports, {
    use,
    call,
    positions,
    summarize: async (messages, model) => {
      const maxTokens = agent.options.maxTokens ?? ports.catalog.maxTokens;
      const media = new ConversationMedia(ports.blobs, ports.limit.mediaBytes);
      const turns = summaryTurns(ports, agent, { model, maxTokens, media, byPosition: false });
      const { answer } = await turns.ask({ turn: 1, messages, toolSet: undefined, toolChoice: undefined });
      return answer.text;
    },
  });
}
