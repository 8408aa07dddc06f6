import { OrchestrationError } from '../../errors/index.js';
import { boundedText, textLimits } from '../../text/index.js';
import type { ConversationMedia } from '../../media/index.js';
import type { PerformedToolCall, ToolSet } from '../../tools/index.js';
import type { Usage } from '../../values/index.js';
import type { ModelRequest, ModelToolCall } from '../provider/model-provider.js';
import type { Conversation } from './conversation.js';
import { feedback, incompleteAnswer } from './incomplete-answer.js';
import type { ModelTurns, Turn, TurnRequest } from './model-turns.js';
import type { LoopStop, StopConditions } from './stop/stop-condition.js';

export interface ToolLoopOptions {
  readonly turns: Pick<ModelTurns, 'ask' | 'retract'>;
  readonly conversation: Conversation;
  readonly toolSet: ToolSet | undefined;
  readonly media: ConversationMedia;
  /** Most tool calls of one answer that are performed at the same time. */
  readonly parallelToolCalls: number;
  /** `required` holds for the first turn. */
  readonly toolChoice: ModelRequest['toolChoice'];
  /** The first that says so ends the loop. They have heard what is past. */
  readonly conditions: StopConditions;
  /** Whether tool calls are known by their place, turn and index, so that they are found again whatever is asked. @default false */
  readonly byPosition?: boolean;
  /** Of the agent whose loop it is. */
  readonly agent?: string;
  /** Most tokens of each answer. */
  readonly maxTokens: number;
  /** Whether an answer may not be acted upon. */
  isIncomplete(turn: Turn): boolean;
  /** Changes a request before it is sent. @default it is sent as it is */
  beforeTurn?(request: TurnRequest): TurnRequest | Promise<TurnRequest>;
  /** Milliseconds that the loop has worked so far. @default 0 */
  active?(): number;
  /** Why there must not be another turn. @default there may be */
  mayAsk?(number: number): Promise<LoopStop | undefined>;
  /** What was used since it was asked last. @default what the turn has used */
  spent?(): Usage;
  /** Results as the model is told of them. @default as they are */
  fitting?(results: readonly PerformedToolCall[]): readonly PerformedToolCall[];
}

/**
 * `stopped`: a condition ended it, behind a turn whose tool calls were not all performed, or before a turn for which not
 * enough is left. `number`: of the last turn.
 */
export type LoopOutcome =
  | { readonly kind: 'answered'; readonly number: number; readonly turn: Turn }
  | { readonly kind: 'stopped'; readonly number: number; readonly turn?: Turn; readonly stop: LoopStop };

/** Where a loop is taken up again: an answer that is on record, and what has not been done about it. */
export interface LoopPosition {
  readonly number: number;
  readonly turn: Turn;
  /** The answer before it was not whole, and the model was told so. */
  readonly wasFedBack: boolean;
}

/** Asks a model, performs the tools that it calls, and asks again, until it answers or is stopped. */
export class ToolLoop {
  /** The last answer was not whole, and the model was told so. */
  private wasFedBack = false;

  constructor(private readonly options: ToolLoopOptions) {}

  /** @param from the last answer on record, which is in the conversation; else it begins with the first turn */
  async run(from?: LoopPosition): Promise<LoopOutcome> {
    if (from) {
      this.wasFedBack = from.wasFedBack;
      const outcome = await this.handle(from.number, from.turn);
      if (outcome) return outcome;
    }
    for (let number = (from?.number ?? 0) + 1; ; number++) {
      const exhausted = await this.options.mayAsk?.(number);
      if (exhausted) return { kind: 'stopped', number: number - 1, stop: exhausted };
      const outcome = await this.handle(number, await this.ask(number));
      if (outcome) return outcome;
    }
  }

  /** Undefined if the model is to be asked again. */
  private async handle(number: number, turn: Turn | Rejection): Promise<LoopOutcome | undefined> {
    const { conditions, agent } = this.options;
    const active = this.options.active?.() ?? 0;
    const stop = conditions.hear({ type: 'turn', turn: number, active });
    if ('rejected' in turn) {
      // A guardrail that rejects an answer tells the model why; with no turn left, it is thrown on.
      if (stop) throw turn.error;
      this.options.conversation.tell(
        `Your last answer was not accepted: ${turn.rejected}. Answer again in another way.`,
      );
      return undefined;
    }
    const spent = conditions.hear({ type: 'usage', usage: this.options.spent?.() ?? turn.usage });
    if (this.options.isIncomplete(turn)) {
      this.feedBack(turn, (stop ?? spent) !== undefined);
      return undefined;
    }
    this.wasFedBack = false;
    const said = conditions.hear({
      type: 'text',
      text: turn.answer.text,
      ...(agent === undefined ? {} : { agent }),
    });
    return this.act(number, turn, stop ?? spent ?? said);
  }

  private async ask(number: number): Promise<Turn | Rejection> {
    const { turns, conversation, toolSet, toolChoice, beforeTurn } = this.options;
    const request: TurnRequest = {
      turn: number,
      messages: [...conversation.messages],
      toolSet,
      // What is required once would be required forever, and the model could never answer.
      toolChoice: number > 1 && toolChoice === 'required' ? 'auto' : toolChoice,
    };
    try {
      const turn = await turns.ask(beforeTurn ? await beforeTurn(request) : request);
      conversation.answer(turn.answer);
      return turn;
    } catch (error) {
      const rejected = rejectedBecause(error);
      if (rejected === undefined) throw error;
      return { rejected, error };
    }
  }

  /** Performs what the turn asks for; undefined if the model is to be asked again. */
  private async act(
    number: number,
    turn: Turn,
    stop: LoopStop | undefined,
  ): Promise<LoopOutcome | undefined> {
    const { toolSet, conversation, media, parallelToolCalls, conditions, byPosition } = this.options;
    const { toolCalls } = turn.answer;
    if (!toolSet || toolCalls.length === 0) return { kind: 'answered', number, turn };
    if (stop) return { kind: 'stopped', number, turn, stop };
    const { allowed, stopped } = this.allowedOf(toolCalls);
    const performed = await toolSet.perform(allowed, {
      model: turn.model,
      media,
      parallel: parallelToolCalls,
      ...(byPosition ? { turn: number } : {}),
    });
    const told = this.options.fitting?.(performed) ?? performed;
    conversation.results(told, turn.answer);
    const stops = told.map(({ content, isError }, index) =>
      conditions.hear({ type: 'toolResult', call: allowed[index] as ModelToolCall, content, isError }),
    );
    const ended = stopped ?? stops.find((each) => each !== undefined);
    return ended && { kind: 'stopped', number, turn, stop: ended };
  }

  /** A limit is exact: the calls before the one that would exceed it are made, also of one answer. */
  private allowedOf(calls: readonly ModelToolCall[]): {
    readonly allowed: readonly ModelToolCall[];
    readonly stopped?: LoopStop;
  } {
    for (const [index, call] of calls.entries()) {
      const stopped = this.options.conditions.hear({ type: 'toolCall', call });
      if (stopped) return { allowed: calls.slice(0, index), stopped };
    }
    return { allowed: calls };
  }

  /** An answer that is not whole is not acted upon. The model is told once. @throws {IncompleteAnswerError} the next time */
  private feedBack({ answer, model }: Turn, isLast: boolean): void {
    const { turns, conversation, maxTokens } = this.options;
    if (this.wasFedBack || isLast) throw incompleteAnswer(answer, model, maxTokens);
    this.wasFedBack = true;
    turns.retract(answer);
    conversation.replaceLast(...feedback(answer, maxTokens));
  }
}

/** An answer that a guardrail has sent back. */
interface Rejection {
  readonly rejected: string;
  readonly error: unknown;
}

/** The message of a guardrail that sent a model's answer back. By code: the error may come from the journal. */
function rejectedBecause(error: unknown): string | undefined {
  if (!(error instanceof OrchestrationError) || error.code !== 'GUARDRAIL_BLOCKED') return undefined;
  const { at, verdict, reason } = error.details;
  return at === 'model.response' && verdict === 'reject'
    ? boundedText(reason ?? 'a guardrail rejected it', textLimits.reason)
    : undefined;
}
