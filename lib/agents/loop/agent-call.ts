import { ConversationMedia } from '../../media/index.js';
import {
  any,
  Conversation,
  defaultParallelToolCalls,
  isIncomplete,
  type LoopOutcome,
  type LoopStop,
  maxTurns,
  type Message,
  type ModelTurns,
  readOutput,
  repeatedCall,
  StopConditions,
  type StopCondition,
  StructuredOutput,
  ToolLoop,
  type Turn,
} from '../../models/index.js';
import type { PerformContext } from '../../scope/index.js';
import type { ToolSet } from '../../tools/index.js';
import type { Principal } from '../../values/index.js';
import type { AgentPorts } from './agent-ports.js';
import { agentTurns } from './agent-turns.js';
import { stoppedError } from './stopped-error.js';
import { firstMessages, instructionsOf } from './agent-prompt.js';
import type { RegisteredAgent } from '../registered-agent.js';
import type { AgentStop, RecordedAgentResult } from '../agent-result.js';
import { UsageRoom } from './usage-room.js';
import { recordedTurns, resumedLoop, turnFacts } from './recorded-turns.js';

/** The last request, and the repair of an output, among the turns of one number. */
const turnParts = { last: 1, repair: 2 } as const;

const answered: AgentStop = { condition: 'answered', kind: 'goal', reason: 'it has answered' };

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
  private readonly turns: ModelTurns;
  private readonly output: StructuredOutput | undefined;
  private readonly resumed: ReturnType<typeof resumedLoop>;
  private readonly maxTokens: number;
  private readonly begun: number;
  private readonly room: UsageRoom;
  /** Of the last turn that was asked for. */
  private instructions: readonly Message[] = [];
  private readonly media: ConversationMedia;

  constructor(
    private readonly ports: AgentPorts,
    private readonly plan: AgentPlan,
    private readonly context: PerformContext,
  ) {
    const { agent, input } = plan;
    const { options } = agent;
    this.begun = ports.clock.monotonic();
    this.output = agent.type.output && new StructuredOutput(agent.type.output);
    this.conditions = new StopConditions([options.stopWhen ?? defaultStop()]);
    const past = recordedTurns(context.recorded());
    this.resumed = resumedLoop(past, this.conditions, agent.name, (answer) =>
      isIncomplete(answer, this.output !== undefined),
    );
    const { from, final, messages } = this.resumed;
    const last = final ?? from?.turn;
    this.conversation = new Conversation(last ? messages : firstMessages(options, input));
    if (last) this.conversation.answer(last.answer);
    this.media = new ConversationMedia(ports.blobs, ports.limit.mediaBytes);
    this.maxTokens = options.maxTokens ?? ports.catalog.maxTokens;
    this.turns = agentTurns(ports, options, {
      name: agent.name,
      output: this.output,
      maxTokens: this.maxTokens,
      media: this.media,
      transcript: this.resumed.transcript,
    });
    this.room = new UsageRoom(this.conditions, this.turns, plan.toolSet, context, this.resumed.usage);
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
    const { final } = this.resumed;
    if (final) return this.finished(final, final.number, final.stop ?? answered);
    const outcome = await this.loop();
    if (outcome.kind === 'answered') return this.finished(outcome.turn, outcome.number, answered);
    return this.stopped(outcome);
  }

  private loop(): Promise<LoopOutcome> {
    const { agent, toolSet } = this.plan;
    const { options } = agent;
    return new ToolLoop({
      turns: this.turns,
      beforeTurn: async (request) => ({
        ...request,
        messages: await this.instructed(request.turn),
        facts: turnFacts(this.active),
      }),
      conversation: this.conversation,
      toolSet,
      media: this.media,
      parallelToolCalls: options.parallelToolCalls ?? defaultParallelToolCalls,
      toolChoice: options.toolChoice,
      conditions: this.conditions,
      byPosition: true,
      agent: agent.name,
      active: () => this.active,
      mayAsk: async (number) => this.room.refuses(await this.instructed(number)),
      spent: () => this.room.spent(),
      fitting: (results) => this.room.fitting(results, this.sent),
      maxTokens: this.maxTokens,
      isIncomplete: ({ answer }) => isIncomplete(answer, this.output !== undefined),
    }).run(this.resumed.from);
  }

  /** A goal is reached with what there is; at a limit the model answers once more, or the agent has failed. */
  private async stopped({
    turn,
    number,
    stop,
  }: Extract<LoopOutcome, { kind: 'stopped' }>): Promise<RecordedAgentResult> {
    const { agent } = this.plan;
    const said = turn?.answer.text ?? '';
    if (stop.kind === 'goal' && turn && !this.output) return this.finished(turn, number, stop);
    if (stop.kind === 'limit' && agent.options.onStop === 'fail') throw stoppedError(agent.name, stop, said);
    if (!this.room.hasRoomForLast(this.sent))
      throw stoppedError(agent.name, stop, said, new Error('not even one answer fits into what is left'));
    const last = await this.lastAnswer(number + 1, stop).catch((error: unknown) => {
      throw stoppedError(agent.name, stop, said, error);
    });
    return this.finished(last, number + 1, stop);
  }

  private async lastAnswer(number: number, stop: LoopStop): Promise<Turn> {
    this.conversation.tell(
      stop.kind === 'goal'
        ? 'That is all that was needed. Give your answer now.'
        : `You have to stop, because ${stop.reason}. Answer now with what you have; tools can no longer be called.`,
    );
    const turn = await this.ask(number, turnParts.last, stop);
    if (isIncomplete(turn.answer, this.output !== undefined))
      throw new Error('its last answer was not whole');
    return turn;
  }

  private async ask(number: number, part: number, stop?: LoopStop): Promise<Turn> {
    const { toolSet } = this.plan;
    const turn = await this.turns.ask({
      turn: number,
      part,
      messages: await this.instructed(number),
      toolSet,
      toolChoice: 'none',
      facts: turnFacts(this.active, stop),
    });
    this.conversation.answer(turn.answer);
    return turn;
  }

  private async finished(turn: Turn, number: number, stop: AgentStop): Promise<RecordedAgentResult> {
    const { agent } = this.plan;
    const read = this.output
      ? await readOutput(turn, {
          output: this.output,
          conversation: this.conversation,
          turns: this.turns,
          maxTokens: this.maxTokens,
          isIncomplete: ({ answer }) => isIncomplete(answer, true),
          repair: () => this.ask(number, turnParts.repair),
        })
      : { turn, value: turn.answer.text };
    return {
      output: read.value,
      text: read.turn.answer.text,
      agent: agent.name,
      stop: { condition: stop.condition, reason: stop.reason, kind: stop.kind },
      turns: number,
      toolCalls: this.resumed.toolCalls + this.conversation.toolCalls.length,
    };
  }

  private async instructed(turn: number): Promise<readonly Message[]> {
    const { agent, input, principal } = this.plan;
    const { runId } = this.context;
    const instructions = await instructionsOf(
      agent.options,
      input,
      { runId, principal, turn },
      this.ports.templates,
    );
    this.instructions = instructions ? [instructions] : [];
    return this.sent;
  }

  /** What the model is sent, with the instructions of the last turn. */
  private get sent(): readonly Message[] {
    return [...this.instructions, ...this.conversation.messages];
  }
}

function defaultStop(): StopCondition {
  return any(maxTurns(12), repeatedCall(4));
}
