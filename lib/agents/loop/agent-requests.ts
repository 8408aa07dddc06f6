import type { ConversationMedia } from '../../media/index.js';
import {
  compacted,
  compactionOf,
  type Compaction,
  type Dialogue,
  type LoopStop,
  type Message,
  type ModelTurns,
  type PromptFacts,
  type Route,
  StructuredOutput,
  summaryRequest,
  type Transcript,
  type Turn,
  type TurnRequest,
} from '../../models/index.js';
import { turnParts } from '../../scope/index.js';
import type { ToolSet } from '../../tools/index.js';
import type { Usage } from '../../values/index.js';
import type { AgentContext, AgentOptions, TurnChanges } from '../agent.options.js';
import type { RegisteredAgent } from '../registered-agent.js';
import type { AgentPorts } from './agent-ports.js';
import type { AgentMailbox } from './agent-mailbox.js';
import { instructionsOf } from './agent-prompt.js';
import { agentTurns, summaryTurns } from './agent-turns.js';
import { turnFacts } from './records/recorded-turns.js';
import type { RoomRequests } from './room/usage-room.js';

/** What requests are made of. */
export interface RequestSource {
  readonly agent: RegisteredAgent;
  /** The agent whose output an answer has to fit. */
  readonly answers: RegisteredAgent;
  readonly input: unknown;
  readonly toolSet: ToolSet | undefined;
  readonly run: Omit<AgentContext, 'turn'>;
  readonly conversation: Dialogue;
  readonly transcript: Transcript;
  readonly media: ConversationMedia;
  /** With which the last turn on record was asked for. */
  readonly instructions: readonly Message[];
  /** How many agents the call is inside of. */
  readonly level: number;
  readonly mailbox: AgentMailbox;
  /** How many passages may be cited. */
  readonly marks: number | undefined;
  /** `told`: results of tools that the first request does not show, and the conditions have heard of. */
  readonly first: { readonly turn: number; readonly told: readonly Message[] | undefined };
}

/** Bytes that the words before a last answer may have. */
const lastWords: Message = { role: 'user', content: ' '.repeat(512) };

/** Makes the requests of one call of an agent, and asks them. */
export class AgentRequests implements RoomRequests {
  readonly media: ConversationMedia;
  readonly output: StructuredOutput | undefined;
  /** Most tokens of each answer. */
  readonly maxTokens: number;
  readonly turns: ModelTurns;
  /** Of the last turn that was asked for. */
  private instructions: readonly Message[];
  /** Which template they were made of. */
  private prompt: PromptFacts | undefined;
  private changes: TurnChanges = {};

  constructor(
    private readonly ports: AgentPorts,
    private readonly source: RequestSource,
  ) {
    const { agent, answers, transcript, media } = source;
    this.instructions = source.instructions;
    this.media = media;
    this.output = answers.type.output && new StructuredOutput(answers.type.output);
    this.maxTokens = agent.options.maxTokens ?? ports.catalog.maxTokens;
    this.turns = agentTurns(ports, agent.options, {
      name: agent.name,
      output: this.output,
      maxTokens: this.maxTokens,
      media: this.media,
      transcript,
      marks: source.marks,
    });
  }

  /** What the model is sent, with the instructions of the last turn. */
  get sent(): readonly Message[] {
    return [...this.instructions, ...this.source.conversation.messages];
  }

  nextTurn(messages: readonly Message[]): Usage {
    const { toolSet } = this.source;
    return this.turns.estimate({ messages, toolSet, toolChoice: undefined, route: this.route });
  }

  lastAnswer(messages: readonly Message[]): Usage {
    const asked = [...messages, lastWords];
    return this.turns.estimate({ messages: asked, toolSet: this.source.toolSet, toolChoice: 'none' });
  }

  /** That the hook wants for this turn. */
  private get route(): Route | undefined {
    const { model } = this.changes;
    return model === undefined ? undefined : this.ports.catalog.resolve(model);
  }

  /** Asks the hook and makes the instructions of a turn. */
  async prepare(turn: number): Promise<void> {
    const { agent, input, run, conversation } = this.source;
    const hook = agent.options.beforeTurn as AgentOptions<unknown>['beforeTurn'];
    const changes = await hook?.({ ...run, turn, input, messages: conversation.messages });
    this.changes = changes ?? {};
    await this.instruct(turn, this.changes.instructions);
  }

  /** A turn as the options and the hook want it. */
  requestOf(request: TurnRequest, active: number): TurnRequest {
    const { tools, toolChoice } = this.changes;
    return {
      ...request,
      messages: this.sent,
      prompt: this.prompt,
      facts: this.facts(request.turn, active),
      route: this.route,
      ...(tools === undefined ? {} : { offered: tools }),
      ...(toolChoice === undefined ? {} : { toolChoice }),
    };
  }

  /** A request that is not a turn of the loop: a last answer, or the repair of one. */
  async ask(number: number, part: number, active: number, stop?: LoopStop): Promise<Turn> {
    await this.instruct(number, undefined);
    const turn = await this.turns.ask({
      turn: number,
      part,
      messages: this.sent,
      prompt: this.prompt,
      toolSet: this.source.toolSet,
      toolChoice: 'none',
      facts: this.facts(number, active, stop),
    });
    this.source.conversation.answer(turn.answer);
    return turn;
  }

  /**
   * Where the conversation does not fit its window any more, its oldest turns give way.
   * @param mayAsk whether so much may be used for a summary
   */
  async compact(number: number, mayAsk: (most: Usage) => boolean): Promise<void> {
    const { agent, conversation } = this.source;
    const { window } = agent.options.context ?? {};
    const compaction = window === undefined ? undefined : compactionOf(conversation.messages, window);
    if (compaction)
      conversation.become(compacted(compaction, await this.summary(number, compaction, mayAsk)));
  }

  /** Undefined where none is wanted, or none can be had: the turns are left out then. */
  private async summary(
    turn: number,
    compaction: Compaction,
    mayAsk: (most: Usage) => boolean,
  ): Promise<string | undefined> {
    const { agent } = this.source;
    const { summarize = false } = agent.options.context ?? {};
    if (summarize === false) return undefined;
    const turns = summaryTurns(this.ports, agent, {
      model: summarize === true ? undefined : summarize.model,
      maxTokens: this.maxTokens,
      media: this.media,
    });
    const messages = summaryRequest(compaction);
    const request = { turn, part: turnParts.summary, messages, toolSet: undefined, toolChoice: undefined };
    if (!mayAsk(turns.estimate(request))) return undefined;
    const { answer } = await turns.ask(request);
    return answer.text.trim() === '' ? undefined : answer.text;
  }

  private facts(number: number, active: number, stop?: LoopStop) {
    const { first, level, mailbox } = this.source;
    const said = mailbox.placesIn(this.sent);
    return turnFacts({ active, stop, level, said, told: number === first.turn ? first.told : undefined });
  }

  private async instruct(turn: number, changed: string | undefined): Promise<void> {
    const { agent, input, run } = this.source;
    const options = changed === undefined ? agent.options : { ...agent.options, instructions: changed };
    const instructions = await instructionsOf(options, input, { ...run, turn }, this.ports.templates);
    this.instructions = instructions.message ? [instructions.message] : [];
    this.prompt = instructions.prompt;
  }
}
