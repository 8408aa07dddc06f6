import {
  any,
  Conversation,
  defaultParallelToolCalls,
  isIncomplete,
  type LoopPosition,
  maxTurns,
  type Message,
  repeatedCall,
  type StoppedLoop,
  StopConditions,
  type StopCondition,
  ToolLoop,
  type Turn,
} from '../../models/index.js';
import type { PerformContext } from '../../scope/index.js';
import type { PerformedToolCall, ToolSet } from '../../tools/index.js';
import type { Principal } from '../../values/index.js';
import type { AgentOptions, AnsweredTurn } from '../agent.options.js';
import type { RecordedAgentResult } from '../agent-result.js';
import type { RegisteredAgent } from '../registered-agent.js';
import { AgentEnding } from './agent-ending.js';
import type { AgentPorts } from './agent-ports.js';
import { firstMessages } from './agent-prompt.js';
import { AgentRequests } from './agent-requests.js';
import { askAtLimit, recordVerdict } from './ask-at-limit.js';
import type { RecordedStop } from './recorded-stops.js';
import { recordedTurns, saidIn } from './recorded-turns.js';
import { type ResumedLoop, resumedLoop } from './resumed-loop.js';
import { shortened } from './shortened.js';
import { surroundingAgents } from './surroundings.js';
import { UsageRoom } from './usage-room.js';

/** How many agents may be one inside the other. */
const defaultMaxDepth = 4;

/** What is settled before the first turn. */
export interface AgentPlan {
  readonly agent: RegisteredAgent;
  readonly input: unknown;
  readonly toolSet: ToolSet | undefined;
  readonly principal: Principal | undefined;
}

/** One call of an agent: its loop, from the last turn on record to its end. */
export class AgentCall {
  private readonly conditions: StopConditions;
  private readonly conversation: Conversation;
  private readonly requests: AgentRequests;
  private readonly resumed: ResumedLoop;
  private readonly room: UsageRoom;
  private readonly begun: number;
  private readonly loop: ToolLoop;

  constructor(
    private readonly ports: AgentPorts,
    private readonly plan: AgentPlan,
    private readonly context: PerformContext,
  ) {
    const { agent, input, toolSet, principal } = plan;
    this.begun = ports.clock.monotonic();
    this.conditions = new StopConditions([agent.options.stopWhen ?? defaultStop()]);
    this.resumed = resumedLoop(context, {
      conditions: this.conditions,
      agent: agent.name,
      isIncomplete: (answer) => isIncomplete(answer, agent.type.output !== undefined),
    });
    const { from, final, messages, transcript, instructions } = this.resumed;
    const last = final ?? from?.turn;
    this.conversation = new Conversation(last ? messages : firstMessages(agent.options, input));
    if (last) this.conversation.answer(last.answer);
    const run = { runId: context.runId, principal };
    const { conversation } = this;
    this.requests = new AgentRequests(ports, {
      agent,
      input,
      toolSet,
      run,
      conversation,
      transcript,
      instructions,
    });
    this.room = new UsageRoom(
      this.conditions,
      this.requests,
      context,
      this.resumed.usage,
      surroundingAgents.nearest?.room,
    );
    this.loop = this.madeLoop();
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
    const { requests, conversation, room, resumed } = this;
    const { agent } = this.plan;
    const ending = new AgentEnding(agent, requests, conversation, room, resumed.toolCalls, () => this.active);
    if (resumed.final) return ending.answered(resumed.final, resumed.final.number, resumed.final.stop);
    const verdicts = [...resumed.verdicts];
    for (let from = stoppedBy(verdicts.shift(), resumed.from); ;) {
      const outcome = await this.loop.run(from);
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

  private madeLoop(): ToolLoop {
    const { agent, toolSet } = this.plan;
    const { options } = agent;
    const { requests, conversation, conditions, room } = this;
    let active = 0;
    return new ToolLoop({
      turns: {
        ask: async (request) => this.told(request.turn, await requests.turns.ask(request)),
        retract: (answer) => requests.turns.retract(answer),
      },
      mayAsk: async (number) => {
        await requests.compact(number, (most) => room.hasRoomFor(most));
        active = this.active;
        const isLate = conditions.hear({ type: 'time', active });
        const isSpent = conditions.hear({ type: 'usage', usage: room.spent() });
        if (isLate ?? isSpent) return isLate ?? isSpent;
        await requests.prepare(number);
        return room.refuses(requests.sent);
      },
      beforeTurn: (request) => requests.requestOf(request, active),
      conversation,
      toolSet,
      media: requests.media,
      parallelToolCalls: options.parallelToolCalls ?? defaultParallelToolCalls,
      toolChoice: options.toolChoice,
      conditions,
      byPosition: true,
      agent: agent.name,
      spent: (number) => room.spent(number === this.resumed.from?.number ? this.resumed.seq : undefined),
      fitting: (results) => room.fitting(this.shortened(results)),
      maxTokens: requests.maxTokens,
      isIncomplete: ({ answer }) => isIncomplete(answer, requests.output !== undefined),
    });
  }

  /** The hook hears of an answer when it comes, and not again where it is on record. */
  private async told(number: number, turn: Turn): Promise<Turn> {
    this.room.setAside(this.requests.lastAnswer(this.requests.sent));
    const { agent, input, principal } = this.plan;
    const hook = agent.options.afterTurn as ((turn: AnsweredTurn<unknown>) => unknown) | undefined;
    const { answer, model, usage } = turn;
    const { runId } = this.context;
    await hook?.({ runId, principal, turn: number, input, answer, model, usage });
    return turn;
  }

  private shortened(results: readonly PerformedToolCall[]): readonly PerformedToolCall[] {
    const { maxToolResultTokens } = this.plan.agent.options.context ?? {};
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

function defaultStop(): StopCondition {
  return any(maxTurns(12), repeatedCall(4));
}
