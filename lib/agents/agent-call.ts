import { AgentStoppedError, errorMessage } from '../errors/index.js';
import { ConversationMedia } from '../media/index.js';
import {
  any,
  Conversation,
  isIncomplete,
  type LoopOutcome,
  type LoopStop,
  maxTurns,
  type Message,
  ModelTurns,
  readOutput,
  repeatedCall,
  StopConditions,
  type StopCondition,
  StructuredOutput,
  ToolLoop,
  type Turn,
} from '../models/index.js';
import type { PerformContext } from '../scope/index.js';
import type { ToolSet } from '../tools/index.js';
import type { Principal } from '../values/index.js';
import type { AgentPorts } from './agent-ports.js';
import { firstMessages, instructionsOf } from './agent-prompt.js';
import type { RegisteredAgent } from './registered-agent.js';
import type { AgentStop, RecordedAgentResult } from './agent-result.js';
import { recordedTurns, resumedLoop, turnFacts } from './recorded-turns.js';

/** The last request, and the repair of an output, among the turns of one number. */
const parts = { last: 1, repair: 2 } as const;

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
    const { from, messages } = this.resumed;
    this.conversation = new Conversation(from ? messages : firstMessages(options, input));
    if (from) this.conversation.answer(from.turn.answer);
    this.media = new ConversationMedia(ports.blobs, ports.limit.mediaBytes);
    this.maxTokens = options.maxTokens ?? ports.catalog.maxTokens;
    this.turns = this.modelTurns();
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
    const outcome = await this.loop();
    if (outcome.kind === 'answered') return this.finished(outcome.turn, outcome.number, answered);
    return this.stopped(outcome);
  }

  private loop(): Promise<LoopOutcome> {
    const { agent, toolSet } = this.plan;
    const { options } = agent;
    return new ToolLoop({
      turns: {
        ask: async (request) =>
          this.turns.ask({
            ...request,
            messages: await this.instructed(request.turn),
            facts: turnFacts(this.active),
          }),
        retract: (answer) => this.turns.retract(answer),
      },
      conversation: this.conversation,
      toolSet,
      media: this.media,
      parallelToolCalls: options.parallelToolCalls ?? 8,
      toolChoice: options.toolChoice,
      conditions: this.conditions,
      byPosition: true,
      agent: agent.name,
      active: () => this.active,
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
    if (stop.kind === 'goal' && turn && !this.output) return this.finished(turn, number, stop);
    if (stop.kind === 'limit' && this.plan.agent.options.onStop === 'fail')
      throw this.failure(stop, turn?.answer.text ?? '');
    const last = await this.lastAnswer(number + 1, stop).catch((error: unknown) => {
      throw this.failure(stop, turn?.answer.text ?? '', error);
    });
    return this.finished(last, number + 1, stop);
  }

  private async lastAnswer(number: number, stop: LoopStop): Promise<Turn> {
    this.conversation.tell(
      stop.kind === 'goal'
        ? 'That is all that was needed. Give your answer now.'
        : `You have to stop, because ${stop.reason}. Answer now with what you have; tools can no longer be called.`,
    );
    const turn = await this.ask(number, parts.last, stop);
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
          repair: () => this.ask(number, parts.repair),
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
    return [...(instructions ? [instructions] : []), ...this.conversation.messages];
  }

  private modelTurns(): ModelTurns {
    const { caller, catalog } = this.ports;
    const { options } = this.plan.agent;
    const route = catalog.resolve(options.model);
    const { temperature, reasoning, cachePrompt, providerOptions } = options;
    return new ModelTurns(
      caller,
      route,
      {
        settings: {
          maxTokens: this.maxTokens,
          ...(temperature === undefined ? {} : { temperature }),
          ...(reasoning === undefined ? {} : { reasoning }),
          ...(cachePrompt ? { cachePrompt } : {}),
          ...(providerOptions === undefined ? {} : { providerOptions }),
          ...(route.alias === undefined ? {} : { alias: route.alias }),
        },
        output: this.output,
        timeout: undefined,
        listener: undefined,
        media: this.media,
        byPosition: true,
      },
      this.resumed.transcript,
    );
  }

  private failure(stop: LoopStop, partial: string, cause?: unknown): AgentStoppedError {
    const { name } = this.plan.agent;
    const why = cause === undefined ? '' : `, and its last answer failed: ${errorMessage(cause)}`;
    return new AgentStoppedError(
      `The agent ${name} was stopped by ${stop.condition}: ${stop.reason}${why}. Raise the limit, or tell it in its instructions when to stop.`,
      { cause, details: { agent: name, condition: stop.condition, reason: stop.reason, partial } },
    );
  }
}

function defaultStop(): StopCondition {
  return any(maxTurns(12), repeatedCall(4));
}
