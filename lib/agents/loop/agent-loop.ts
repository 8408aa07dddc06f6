import {
  type Dialogue,
  defaultParallelToolCalls,
  type ModelAnswer,
  type StopConditions,
  ToolLoop,
  type Turn,
} from '../../models/index.js';
import type { JsonValue } from '../../values/index.js';
import type { ActiveAgents } from './active-agents.js';
import type { AgentMailbox } from './agent-mailbox.js';
import type { LiveTurn } from './live-turn.js';
import type { ResumedLoop } from './records/resumed-loop.js';
import type { UsageRoom } from './room/usage-room.js';
import { shortened } from './shortened.js';

/** What the loop of an agent's call needs of it. */
export interface LoopOwner {
  readonly agents: ActiveAgents;
  readonly conversation: Dialogue;
  readonly conditions: StopConditions;
  readonly mailbox: AgentMailbox;
  readonly room: UsageRoom;
  readonly resumed: Pick<ResumedLoop, 'from' | 'seq'>;
  /** Milliseconds that it has worked. */
  active(): number;
  /** Undefined where nobody listens. */
  live(turn: number): LiveTurn | undefined;
  /** Hears of an answer when it comes. */
  told(number: number, turn: Turn): Promise<Turn>;
  /** Tells listeners how far a tool has come. */
  progress(turn: number, index: number, value: JsonValue): void;
  isIncomplete(answer: ModelAnswer): boolean;
}

/** The loop of an agent's call. Its options are those of the agent that has the conversation at the moment. */
export function agentLoop(owner: LoopOwner): ToolLoop {
  const { agents, conversation, conditions, room, resumed, mailbox } = owner;
  let active = 0;
  return new ToolLoop({
    turns: {
      ask: async (request) => {
        const live = owner.live(request.turn);
        try {
          const turn = await agents.current.requests.turns.ask({ ...request, listener: live });
          mailbox.recorded();
          return await owner.told(request.turn, turn);
        } finally {
          live?.end();
        }
      },
      retract: (answer) => agents.current.requests.turns.retract(answer),
    },
    mayAsk: async (number) => {
      const { requests } = agents.current;
      mailbox.empty(conversation);
      await requests.compact(number, (most) => room.hasRoomFor(most));
      active = owner.active();
      const isLate = conditions.hear({ type: 'time', active });
      const isSpent = conditions.hear({ type: 'usage', usage: room.spent() });
      if (isLate ?? isSpent) return isLate ?? isSpent;
      await requests.prepare(number);
      return room.refuses(requests.sent);
    },
    beforeTurn: (request) => agents.current.requests.requestOf(request, active),
    handOff: async (handoff, number) => {
      const spent = conditions.hear({ type: 'usage', usage: room.spent() });
      const stop = await agents.handOver(handoff, number);
      return spent ?? stop;
    },
    conversation,
    conditions,
    byPosition: true,
    get toolSet() {
      return agents.current.toolSet;
    },
    get media() {
      return agents.current.requests.media;
    },
    get parallelToolCalls() {
      return agents.current.agent.options.parallelToolCalls ?? defaultParallelToolCalls;
    },
    get toolChoice() {
      return agents.current.agent.options.toolChoice;
    },
    get firstTurn() {
      return agents.current.firstTurn;
    },
    get agent() {
      return agents.current.agent.name;
    },
    get maxTokens() {
      return agents.current.requests.maxTokens;
    },
    spent: (number) => room.spent(number === resumed.from?.number ? resumed.seq : undefined),
    fitting: (results) => {
      const { maxToolResultTokens } = agents.current.agent.options.context ?? {};
      return room.fitting(
        maxToolResultTokens === undefined ? results : shortened(results, maxToolResultTokens),
      );
    },
    progress: (number, index, value) => owner.progress(number, index, value),
    isIncomplete: ({ answer }) => owner.isIncomplete(answer),
  });
}
