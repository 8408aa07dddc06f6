import {
  type Dialogue,
  isIncomplete,
  type LoopStop,
  readOutput,
  type StoppedLoop,
  type Turn,
} from '../../models/index.js';
import { turnParts } from '../../scope/index.js';
import { type JsonValue, validateOrThrow } from '../../values/index.js';
import type { RecordedAgentResult } from '../agent-result.js';
import type { AgentStop } from '../agent-stop.js';
import type { RegisteredAgent } from '../registered-agent.js';
import type { ActiveAgents } from './active-agents.js';
import type { AgentRequests } from './agent-requests.js';
import { type StoppedBesides, stoppedError } from './stopped-error.js';
import type { UsageRoom } from './room/usage-room.js';

const hasAnswered: AgentStop = { condition: 'answered', kind: 'goal', reason: 'it has answered' };

/** What was counted so far, in former lives as well. */
export interface LoopCounts {
  toolCalls(): number;
  handoffs(): number;
  /** Milliseconds that the loop has worked. */
  active(): number;
}

/** How a call of an agent comes to its result. */
export class AgentEnding {
  /** @param agent the one that was called */
  constructor(
    private readonly agent: RegisteredAgent,
    private readonly agents: ActiveAgents,
    private readonly conversation: Dialogue,
    private readonly room: UsageRoom,
    private readonly counts: LoopCounts,
  ) {}

  private get requests(): AgentRequests {
    return this.agents.current.requests;
  }

  /** An answer, read as the output. */
  async answered(turn: Turn, number: number, stop: AgentStop = hasAnswered): Promise<RecordedAgentResult> {
    const { output, turns, maxTokens } = this.requests;
    const { agent } = turn;
    if (!output) return this.result(turn.answer.text, turn.answer.text, number, stop, agent);
    const read = await readOutput(turn, {
      output,
      conversation: this.conversation,
      turns,
      maxTokens,
      isIncomplete: ({ answer }) => isIncomplete(answer, true),
      repair: () => this.requests.ask(number, turnParts.repair, this.counts.active()),
      mayRepair: () => this.room.hasRoomForLast(this.requests.sent),
    });
    return this.result(read.value, read.turn.answer.text, number, stop, agent);
  }

  /** A goal is reached with what there is; at a limit the model answers once more, or the agent has failed. */
  async stopped(stopped: StoppedLoop): Promise<RecordedAgentResult> {
    const { turn, number, stop } = stopped;
    const { options, type } = this.agent;
    if (stop.kind === 'goal' && turn && !type.output) return this.answered(turn, number, stop);
    if (stop.kind === 'limit' && options.onStop === 'fail') throw this.error(stopped);
    if (!this.room.hasRoomForLast(this.requests.sent))
      throw this.error(stopped, lastAnswerFailed('not even one answer fits into what is left'));
    const last = await this.lastAnswer(number + 1, stop).catch((cause: unknown) => {
      throw this.error(stopped, { what: lastFailed, cause });
    });
    return this.answered(last, number + 1, stop);
  }

  /** A person has given the output. */
  async givenBy(stopped: StoppedLoop, value: JsonValue): Promise<RecordedAgentResult> {
    const { type, name } = this.agent;
    const output = await validateOrThrow(type.output ?? String, value, `the answer given for ${name}`);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return this.result(output, text, stopped.number, stopped.stop);
  }

  /** A person has decided that it does not go on. */
  rejected(stopped: StoppedLoop, cause: unknown): Error {
    return this.error(stopped, { what: 'it may not go on', cause });
  }

  private error({ stop, turn }: StoppedLoop, besides?: StoppedBesides): Error {
    return stoppedError(this.agent.name, stop, turn?.answer.text ?? '', besides);
  }

  private async lastAnswer(number: number, stop: LoopStop): Promise<Turn> {
    this.conversation.tell(
      stop.kind === 'goal'
        ? 'That is all that was needed. Give your answer now.'
        : `You have to stop, because ${stop.reason}. Answer now with what you have; tools can no longer be called.`,
    );
    const turn = await this.requests.ask(number, turnParts.last, this.counts.active(), stop);
    if (isIncomplete(turn.answer, this.requests.output !== undefined))
      throw new Error('its last answer was not whole');
    if (turn.answer.text.trim() === '') throw new Error('it said nothing, or called tools again');
    return turn;
  }

  private result(
    output: unknown,
    text: string,
    turns: number,
    { condition, reason, kind }: AgentStop,
    agent = this.agents.current.agent.name,
  ): RecordedAgentResult {
    return {
      output,
      text,
      agent,
      stop: { condition, reason, kind },
      turns,
      handoffs: this.counts.handoffs(),
      toolCalls: this.counts.toolCalls(),
    };
  }
}

const lastFailed = 'its last answer failed';

function lastAnswerFailed(why: string): StoppedBesides {
  return { what: lastFailed, cause: new Error(why) };
}
