import {
  type ConversationThread,
  Dialogue,
  type GivenContext,
  isIncomplete,
  type LoopPosition,
  marksOf,
  type Message,
  type ModelAnswer,
  type StoppedLoop,
  StopConditions,
  type Turn,
  withContext,
} from '../../models/index.js';
import { ConversationMedia } from '../../media/index.js';
import type { PerformContext } from '../../scope/index.js';
import type { JsonValue, Principal } from '../../values/index.js';
import type { AgentOptions, AnsweredTurn } from '../agent.options.js';
import type { RecordedAgentResult } from '../agent-result.js';
import type { RegisteredAgent } from '../registered-agent.js';
import { exchangeOf } from '../conversation/exchange.js';
import { ActiveAgents, resultsAtEnd, type StartingAgent } from './active-agents.js';
import { conditionsOf } from './agent-conditions.js';
import { AgentEnding } from './agent-ending.js';
import { agentLoop } from './agent-loop.js';
import { AgentMailbox } from './agent-mailbox.js';
import type { AgentPorts } from './agent-ports.js';
import { firstMessages } from './agent-prompt.js';
import { askAtLimit, recordVerdict } from './ask-at-limit.js';
import type { RecordedStop } from './records/recorded-stops.js';
import { recordedTurns } from './records/recorded-turns.js';
import { saidBefore } from './records/said-before.js';
import { type ResumedLoop, resumedLoop, turnOf } from './records/resumed-loop.js';
import { type LiveTurn, liveTurn } from './live-turn.js';
import { UsageRoom } from './room/usage-room.js';
import { surroundingAgents } from './surroundings.js';

/** How many agents may be one inside the other. */
const defaultMaxDepth = 4;

/** What is settled before the first turn. */
export interface AgentPlan {
  readonly agent: RegisteredAgent;
  readonly input: unknown;
  readonly principal: Principal | undefined;
  /** The conversation in which it answers. */
  readonly thread: ConversationThread | undefined;
  /** What it is to answer from. */
  readonly context: GivenContext | undefined;
}

/** One call of an agent: its loop, from the last turn on record to its end, also where it hands over to others. */
export class AgentCall {
  private readonly conditions: StopConditions;
  private readonly conversation: Dialogue;
  private readonly agents: ActiveAgents;
  private readonly resumed: ResumedLoop;
  private readonly room: UsageRoom;
  private readonly begun: number;
  /** The agent that has the conversation at the beginning, where that is another one than was called. */
  private readonly start: StartingAgent | undefined;
  /** What the user says. */
  private readonly asked: readonly Message[];
  /** How many agents it is inside of. */
  private readonly level: number;
  private readonly mailbox: AgentMailbox;
  /** Of the last turn. */
  private number: number;

  constructor(
    private readonly ports: AgentPorts,
    private readonly plan: AgentPlan,
    private readonly context: PerformContext,
  ) {
    const { agent, input, principal, thread } = plan;
    const history = thread?.history ?? [];
    this.start = startOf(thread, agent, ports);
    this.begun = ports.clock.monotonic();
    this.conditions = new StopConditions(conditionsOf(agent));
    const loop = {
      conditions: this.conditions,
      first: agent,
      start: this.start?.agent,
      agentOf: (name: string) => ports.agents.get(name),
      isIncomplete: (answer: ModelAnswer) => this.isIncomplete(answer),
    };
    this.resumed = resumedLoop(context, loop, history);
    this.asked = firstMessages(agent.options, input);
    const { from, final, messages, transcript, usage } = this.resumed;
    this.mailbox = new AgentMailbox(context.key);
    this.level = (surroundingAgents.nearest?.level ?? -1) + 1;
    this.number = from?.number ?? 0;
    const last = final ?? from?.turn;
    this.conversation = new Dialogue(
      last ? messages : [...history, ...withContext(this.asked, plan.context)],
    );
    if (last) this.conversation.answer(last.answer);
    const run = { runId: context.runId, principal };
    const { conversation, conditions } = this;
    const media = thread?.media ?? new ConversationMedia(ports.blobs, ports.limit.mediaBytes);
    const { level, mailbox } = this;
    const marks = plan.context && marksOf(plan.context);
    const shared = { first: agent, run, conversation, conditions, transcript, media, level, mailbox, marks };
    this.agents = new ActiveAgents(ports, shared, () => this.number);
    this.room = new UsageRoom(this.conditions, this.agents, context, usage, surroundingAgents.nearest?.room);
  }

  /** Milliseconds that it has worked so far: what it waited for people is between its lives. */
  private get active(): number {
    return this.resumed.active + this.ports.clock.monotonic() - this.begun;
  }

  /** All that was said, without the instructions, and without what its conversation held before. */
  get messages(): readonly Message[] {
    return this.plan.thread ? saidBefore(this.context) : this.conversation.messages;
  }

  async result(): Promise<RecordedAgentResult> {
    const { maxDepth = defaultMaxDepth } = this.plan.agent.options;
    const depth = Math.min(maxDepth, (surroundingAgents.nearest?.depth ?? Infinity) - 1);
    try {
      return await surroundingAgents.inside({ depth, level: this.level, room: this.room }, async () => {
        const result = await this.ending();
        await this.keep();
        return result;
      });
    } finally {
      this.room.setAside(undefined);
    }
  }

  private async ending(): Promise<RecordedAgentResult> {
    const { conversation, room, resumed, agents } = this;
    const { agent } = this.plan;
    await agents.takeUp(resumed, this.plan.input, this.start);
    const loop = agentLoop({
      agents,
      conversation,
      conditions: this.conditions,
      mailbox: this.mailbox,
      room,
      resumed,
      active: () => this.active,
      live: (number) => this.live(number),
      progress: (turn, index, value) => this.progress(turn, index, value),
      told: (number, turn) => this.told(number, turn),
      isIncomplete: (answer) => this.isIncomplete(answer),
    });
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
      if (outcome.kind === 'answered') {
        if (this.mailbox.isEmpty) return ending.answered(outcome.turn, outcome.number);
        // What a user has said before it had answered opens one more turn.
        from = { number: outcome.number, turn: outcome.turn, performed: 0 };
        continue;
      }
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

  /** What was said goes into the conversation. */
  private async keep(): Promise<void> {
    const { thread } = this.plan;
    if (!thread) return;
    const turns = recordedTurns(this.context.recorded(), thread.history);
    const said = exchangeOf({
      begun: this.asked,
      turns,
      results: resultsAtEnd(this.conversation.messages),
      isIncomplete: (answer) => this.isIncomplete(answer),
    });
    await thread.append(said, this.agents.current.passed, () => this.mailbox.untold());
  }

  private ask(stopped: StoppedLoop) {
    return askAtLimit(this.plan.agent, stopped, this.active);
  }

  private isIncomplete(answer: ModelAnswer): boolean {
    return isIncomplete(answer, this.plan.agent.type.output !== undefined);
  }

  /** Tells listeners how far a tool has come. */
  private progress(turn: number, index: number, value: JsonValue): void {
    const { runId, key: call } = this.context;
    const agent = this.agents.current.agent.name;
    this.ports.live.say(runId, { type: 'progress', call, agent, level: this.level, turn, index, value });
  }

  /** Tells listeners what the model says in a turn while it says it. */
  private live(turn: number): LiveTurn | undefined {
    const { runId, key: call } = this.context;
    const agent = this.agents.current.agent.name;
    const isData = this.plan.agent.type.output !== undefined;
    return liveTurn(this.ports.live, runId, { call, agent, level: this.level, turn, isData });
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
}

function startOf(
  thread: ConversationThread | undefined,
  first: RegisteredAgent,
  { agents }: AgentPorts,
): StartingAgent | undefined {
  const { agent: name, passed } = thread?.answeredLast ?? {};
  if (name === undefined || name === first.name) return undefined;
  const agent = agents.find(name);
  // An agent that is gone does not answer any more.
  return agent && { agent, passed };
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
