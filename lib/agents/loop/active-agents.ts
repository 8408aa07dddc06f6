import type { ConversationMedia } from '../../media/index.js';
import type { Dialogue, LoopStop, Message, StopConditions, Transcript } from '../../models/index.js';
import { type PerformedHandoff, type ToolSet } from '../../tools/index.js';
import { instanceOf, type JsonValue, type Usage } from '../../values/index.js';
import type { AgentClass, AgentContext, AgentHandoff } from '../agent.options.js';
import type { HandoffHistory } from '../handoffs/handoff.js';
import { handedOver } from '../handoffs/handed-over.js';
import { handoffTools, type HandoffTarget } from '../handoffs/handoff-tools.js';
import { handoffsOf, type RegisteredAgent, toolsOf } from '../registered-agent.js';
import type { AgentPorts } from './agent-ports.js';
import { conditionsOf } from './agent-conditions.js';
import type { AgentMailbox } from './agent-mailbox.js';
import { firstMessages } from './agent-prompt.js';
import { AgentRequests } from './agent-requests.js';
import type { ResumedLoop } from './records/resumed-loop.js';
import type { RoomRequests } from './room/usage-room.js';

/** The agent that has the conversation, and how it asks. */
export interface ActiveAgent {
  readonly agent: RegisteredAgent;
  readonly input: unknown;
  readonly toolSet: ToolSet | undefined;
  /** The input as it was handed over; absent where it was called with it. */
  readonly passed: JsonValue | undefined;
  readonly targets: readonly HandoffTarget[];
  readonly requests: AgentRequests;
  /** Number of its first turn. */
  readonly firstTurn: number;
}

/** What is the same for all agents that have the conversation one after the other. */
export interface SharedByAgents {
  /** Which was called: what is answered has to fit its output. */
  readonly first: RegisteredAgent;
  readonly run: Omit<AgentContext, 'turn'>;
  readonly conversation: Dialogue;
  readonly conditions: StopConditions;
  readonly transcript: Transcript;
  readonly media: ConversationMedia;
  /** How many agents the call is inside of. */
  readonly level: number;
  readonly mailbox: AgentMailbox;
  /** How many passages may be cited. */
  readonly marks: number | undefined;
}

/** How an agent comes to have the conversation. */
interface Entry {
  readonly agent: RegisteredAgent;
  readonly input: unknown;
  readonly passed?: JsonValue | undefined;
  readonly firstTurn: number;
  /** With which the last turn on record was asked for. @default made before the next turn */
  readonly instructions?: readonly Message[];
  /** Results of tools that its first request does not show, and the conditions have heard of. */
  readonly told?: readonly Message[];
}

/** The agent that has the conversation at the beginning of a call, and its input. */
export interface StartingAgent {
  readonly agent: RegisteredAgent;
  readonly passed: JsonValue | undefined;
}

/** The agents that have the conversation, from handoff to handoff. */
export class ActiveAgents implements RoomRequests {
  /** How often the conversation was handed over. */
  handoffs = 0;
  private active: ActiveAgent | undefined;
  /** Names of the agents whose conditions are heard. */
  private readonly entered = new Set<string>();

  /** @param turn number of the last turn */
  constructor(
    private readonly ports: AgentPorts,
    private readonly shared: SharedByAgents,
    private readonly turn: () => number,
  ) {}

  get current(): ActiveAgent {
    if (!this.active) throw new Error('nobody has the conversation: this is a bug in Nestor');
    return this.active;
  }

  /**
   * The agent that had the conversation when the last turn was asked for has it again.
   * @param input of the first
   * @param start the agent that had it at the beginning, where that was another one
   */
  takeUp(
    { handoffs, entered, instructions }: ResumedLoop,
    input: unknown,
    start: StartingAgent | undefined,
  ): Promise<void> {
    const last = handoffs.at(-1);
    this.handoffs = handoffs.length;
    for (const name of entered) this.entered.add(name);
    const { first } = this.shared;
    const taken = last ? { agent: this.agentOf(last.to), passed: last.passed } : start;
    if (!taken) return this.enter({ agent: first, input, firstTurn: 1, instructions });
    const { agent, passed } = taken;
    const firstTurn = (last?.number ?? 0) + 1;
    return this.enter({ agent, input: inputOf(agent, passed), passed, firstTurn, instructions });
  }

  private async enter({ agent, input, passed, firstTurn, instructions = [], told }: Entry): Promise<void> {
    const { first, run, conversation, transcript, media, level, mailbox, marks } = this.shared;
    const { name, type, options } = agent;
    const targets = this.targetsOf(agent);
    const heard = handoffTools(targets, (made) => this.heard(agent, input, made));
    const selection = [...toolsOf(options), ...(targets.length > 0 ? [heard] : [])];
    const set = await this.ports.tools.toolSet(selection, { name, type });
    const toolSet = set.exposed.length > 0 ? set : undefined;
    const requests = new AgentRequests(this.ports, {
      agent,
      answers: first,
      input,
      toolSet,
      run,
      conversation,
      transcript,
      media,
      instructions,
      first: { turn: firstTurn, told },
      level,
      mailbox,
      marks,
    });
    this.active = { agent, input, passed, toolSet, targets, requests, firstTurn };
  }

  /**
   * The target of a handoff takes the conversation over, as far as it is to see it. Its conditions are heard from here on,
   * unless they are heard already.
   * @returns why the loop stops with that
   */
  async handOver({ to, passed }: PerformedHandoff, number: number): Promise<LoopStop | undefined> {
    const { conversation, conditions } = this.shared;
    const target = this.current.targets.find(({ agent }) => agent.name === to);
    const agent = target?.agent ?? this.agentOf(to);
    const input = inputOf(agent, passed);
    // `Handoff` does not know what its options are of.
    const history: HandoffHistory = target?.options.history ?? 'all';
    const told = resultsAtEnd(conversation.messages);
    conversation.become(
      handedOver(conversation.messages, history, () => firstMessages(agent.options, input)),
    );
    await this.enter({
      agent,
      input,
      passed,
      firstTurn: number + 1,
      ...(history === 'all' ? {} : { told }),
    });
    this.handoffs++;
    if (!this.entered.has(to)) conditions.add(conditionsOf(agent), number);
    this.entered.add(to);
    return conditions.hear({ type: 'handoff', to });
  }

  nextTurn(messages: readonly Message[]): Usage {
    return this.current.requests.nextTurn(messages);
  }

  lastAnswer(messages: readonly Message[]): Usage {
    return this.current.requests.lastAnswer(messages);
  }

  get sent(): readonly Message[] {
    return this.current.requests.sent;
  }

  private targetsOf({ options }: RegisteredAgent): readonly HandoffTarget[] {
    return handoffsOf(options).flatMap((one) =>
      one?.agent ? [{ agent: this.agentOf(one.agent), options: one.options }] : [],
    );
  }

  /** With the overrides of the call, where it is the first. */
  private agentOf(agent: AgentClass | string): RegisteredAgent {
    const found = this.ports.agents.get(agent);
    const { first } = this.shared;
    return found.name === first.name ? first : found;
  }

  private async heard(
    { options }: RegisteredAgent,
    input: unknown,
    made: Pick<AgentHandoff, 'to' | 'said' | 'passed'>,
  ): Promise<void> {
    const hook = options.onHandoff as ((handoff: AgentHandoff) => void | Promise<void>) | undefined;
    await hook?.({ ...this.shared.run, turn: this.turn(), input, ...made });
  }
}

/** The input of an agent to which the conversation was handed over. */
function inputOf({ type }: RegisteredAgent, passed: JsonValue | undefined): unknown {
  return type.input ? instanceOf(type.input, passed) : passed;
}

/** What tools gave for the last answer. */
export function resultsAtEnd(messages: readonly Message[]): readonly Message[] {
  const answer = messages.findLastIndex(({ role }) => role === 'assistant');
  return messages.slice(answer + 1).filter(({ role }) => role === 'tool');
}
