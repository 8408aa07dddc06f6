import {
  Conversation,
  defaultParallelToolCalls,
  isIncomplete,
  type LoopPosition,
  type LoopStop,
  type Message,
  type ModelAnswer,
  type StoppedLoop,
  StopConditions,
  ToolLoop,
  type Turn,
} from '../../models/index.js';
import type { PerformContext } from '../../scope/index.js';
import type { PerformedHandoff, PerformedToolCall } from '../../tools/index.js';
import type { Principal } from '../../values/index.js';
import type { AgentOptions, AnsweredTurn } from '../agent.options.js';
import type { RecordedAgentResult } from '../agent-result.js';
import type { RegisteredAgent } from '../registered-agent.js';
import { ActiveAgents } from './active-agents.js';
import { conditionsOf } from './agent-conditions.js';
import { AgentEnding } from './agent-ending.js';
import type { AgentPorts } from './agent-ports.js';
import { firstMessages } from './agent-prompt.js';
import { askAtLimit, recordVerdict } from './ask-at-limit.js';
import type { RecordedStop } from './records/recorded-stops.js';
import { recordedTurns, saidIn } from './records/recorded-turns.js';
import { type ResumedLoop, resumedLoop, turnOf } from './records/resumed-loop.js';
import { UsageRoom } from './room/usage-room.js';
import { shortened } from './shortened.js';
import { surroundingAgents } from './surroundings.js';

/** How many agents may be one inside the other. */
const defaultMaxDepth = 4;

/** What is settled before the first turn. */
export interface AgentPlan {
  readonly agent: RegisteredAgent;
  readonly input: unknown;
  readonly principal: Principal | undefined;
}

/** One call of an agent: its loop, from the last turn on record to its end, also where it hands over to others. */
export class AgentCall {
  private readonly conditions: StopConditions;
  private readonly conversation: Conversation;
  private readonly agents: ActiveAgents;
  private readonly resumed: ResumedLoop;
  private readonly room: UsageRoom;
  private readonly begun: number;
  /** Of the last turn. */
  private number: number;

  constructor(
    private readonly ports: AgentPorts,
    private readonly plan: AgentPlan,
    private readonly context: PerformContext,
  ) {
    const { agent, input, principal } = plan;
    this.begun = ports.clock.monotonic();
    this.conditions = new StopConditions(conditionsOf(agent));
    this.resumed = resumedLoop(context, {
      conditions: this.conditions,
      first: agent,
      agentOf: (name) => ports.agents.get(name),
      isIncomplete: (answer) => this.isIncomplete(answer),
    });
    const { from, final, messages, transcript, usage } = this.resumed;
    this.number = from?.number ?? 0;
    const last = final ?? from?.turn;
    this.conversation = new Conversation(last ? messages : firstMessages(agent.options, input));
    if (last) this.conversation.answer(last.answer);
    const run = { runId: context.runId, principal };
    const { conversation, conditions } = this;
    const shared = { first: agent, run, conversation, conditions, transcript };
    this.agents = new ActiveAgents(ports, shared, () => this.number);
    this.room = new UsageRoom(this.conditions, this.agents, context, usage, surroundingAgents.nearest?.room);
  }

  /** Milliseconds that it has worked so far: what it waited for people is between its lives. */
  private get active(): number {
    return this.resumed.active + this.ports.clock.monotonic() - this.begun;
  }

  /** All that was said, without the instructions. */
  get messages(): readonly Message[] {
    return this.conversation.messages;
  }

  async result(): Promise<RecordedAgentResult> {
    const { maxDepth = defaultMaxDepth } = this.plan.agent.options;
    const depth = Math.min(maxDepth, (surroundingAgents.nearest?.depth ?? Infinity) - 1);
    try {
      return await surroundingAgents.inside({ depth, room: this.room }, () => this.ending());
    } finally {
      this.room.setAside(undefined);
    }
  }

  private async ending(): Promise<RecordedAgentResult> {
    const { conversation, room, resumed, agents } = this;
    const { agent } = this.plan;
    await agents.takeUp(resumed, this.plan.input);
    const loop = this.madeLoop();
    const ending = new AgentEnding(agent, agents, conversation, room, {
      toolCalls: () => resumed.toolCalls + conversation.toolCalls.length,
      handoffs: () => agents.handoffs,
      active: () => this.active,
    });
    if (resumed.final)
      return ending.answered(turnOf(resumed.final), resumed.final.number, resumed.final.stop);
    const verdicts = [...resumed.verdicts];
    for (let from = stoppedBy(verdicts.shift(), resumed.from); ;) {
      const outcome = await loop.run(from);
      if (outcome.kind === 'answered') return ending.answered(outcome.turn, outcome.number);
      const { stop, number, turn, performed } = outcome;
      if (stop.isRecorded) await recordVerdict(outcome, this.active);
      if (stop.kind === 'goal' || !isAsked(agent.options)) return ending.stopped(outcome);
      const decision = await this.ask(outcome);
      if (decision.kind === 'answer') return ending.givenBy(outcome, decision.value);
      if (decision.kind === 'rejected') throw ending.rejected(outcome, decision.error);
      this.conditions.restart({ turn: number, active: this.active });
      from = stoppedBy(verdicts.shift(), { number, turn, performed });
    }
  }

  private ask(stopped: StoppedLoop) {
    return askAtLimit(this.plan.agent, stopped, this.active);
  }

  /** Its options are those of the agent that has the conversation at the moment. */
  private madeLoop(): ToolLoop {
    const { agents, conversation, conditions, room } = this;
    let active = 0;
    return new ToolLoop({
      turns: {
        ask: async (request) => this.told(request.turn, await agents.current.requests.turns.ask(request)),
        retract: (answer) => agents.current.requests.turns.retract(answer),
      },
      mayAsk: async (number) => {
        const { requests } = agents.current;
        await requests.compact(number, (most) => room.hasRoomFor(most));
        active = this.active;
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
      spent: (number) => room.spent(number === this.resumed.from?.number ? this.resumed.seq : undefined),
      fitting: (results) => room.fitting(this.shortened(results)),
      isIncomplete: ({ answer }) => this.isIncomplete(answer),
    });
  }

  private isIncomplete(answer: ModelAnswer): boolean {
    return isIncomplete(answer, this.plan.agent.type.output !== undefined);
  }

  /** The hook hears of an answer when it comes, and not again where it is on record. */
  private async told(number: number, turn: Turn): Promise<Turn> {
    const { agent, input, requests } = this.agents.current;
    this.number = number;
    this.room.setAside(requests.lastAnswer(requests.sent));
    const hook = agent.options.afterTurn as ((turn: AnsweredTurn<unknown>) => unknown) | undefined;
    const { answer, model, usage } = turn;
    const { runId } = this.context;
    const { principal } = this.plan;
    await hook?.({ runId, principal, turn: number, input, answer, model, usage });
    return turn;
  }

  private shortened(results: readonly PerformedToolCall[]): readonly PerformedToolCall[] {
    const { maxToolResultTokens } = this.agents.current.agent.options.context ?? {};
    return maxToolResultTokens === undefined ? results : shortened(results, maxToolResultTokens);
  }
}

/** The conversation of a call that is on record as a whole. */
export function saidBefore(records: Pick<PerformContext, 'recorded'> | undefined): readonly Message[] {
  const last = recordedTurns(records?.recorded() ?? []).at(-1);
  if (!last) return [];
  const conversation = new Conversation(saidIn(last.request));
  conversation.answer(last.answer);
  return conversation.messages;
}

/** A place at which the loop is known to be stopped, where that is on record. */
function stoppedBy(
  stopped: RecordedStop | undefined,
  from: LoopPosition | undefined,
): LoopPosition | undefined {
  return stopped ? { ...(from ?? { number: 0, turn: undefined }), stopped } : from;
}

function isAsked({ onStop }: AgentOptions): boolean {
  return onStop === 'review' || typeof onStop === 'object';
}
