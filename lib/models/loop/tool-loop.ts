import { OrchestrationError } from '../../errors/index.js';
import { boundedText, textLimits } from '../../text/index.js';
import type { ConversationMedia } from '../../media/index.js';
import type { ToolSet } from '../../tools/index.js';
import type { ModelRequest, ModelToolCall } from '../provider/model-provider.js';
import type { Conversation } from './conversation.js';
import { feedback, incompleteAnswer } from './incomplete-answer.js';
import type { ModelTurns, Turn, TurnRequest } from './model-turns.js';
import { type LoopStop, type StopCondition, StopConditions } from './stop/stop-condition.js';

export interface ToolLoopOptions {
  readonly turns: Pick<ModelTurns, 'ask' | 'retract'>;
  readonly conversation: Conversation;
  readonly toolSet: ToolSet | undefined;
  readonly media: ConversationMedia;
  /** Most tool calls of one answer that are performed at the same time. */
  readonly parallelToolCalls: number;
  /** `required` holds for the first turn. */
  readonly toolChoice: ModelRequest['toolChoice'];
  /** The first that says so ends the loop. */
  readonly stopWhen: readonly StopCondition[];
  /** Most tokens of each answer. */
  readonly maxTokens: number;
  /** Whether an answer may not be acted upon. */
  isIncomplete(turn: Turn): boolean;
  /** Changes a request before it is sent. @default it is sent as it is */
  beforeTurn?(request: TurnRequest): TurnRequest | Promise<TurnRequest>;
}

/** `stopped`: a condition ended it; the tools that the turn asks for were not performed. */
export type LoopOutcome =
  | { readonly kind: 'answered'; readonly turn: Turn }
  | { readonly kind: 'stopped'; readonly turn: Turn; readonly stop: LoopStop };

/** Asks a model, performs the tools that it calls, and asks again, until it answers or is stopped. */
export class ToolLoop {
  private readonly conditions: StopConditions;
  /** The last answer was not whole, and the model was told so. */
  private wasFedBack = false;

  constructor(private readonly options: ToolLoopOptions) {
    this.conditions = new StopConditions(options.stopWhen);
  }

  async run(): Promise<LoopOutcome> {
    for (let number = 1; ; number++) {
      const turn = await this.ask(number);
      const stop = this.conditions.hear({ type: 'turn', turn: number });
      if ('rejected' in turn) {
        // A guardrail that rejects an answer tells the model why; with no turn left, it is thrown on.
        if (stop) throw turn.error;
        this.options.conversation.tell(
          `Your last answer was not accepted: ${turn.rejected}. Answer again in another way.`,
        );
        continue;
      }
      if (this.options.isIncomplete(turn)) {
        this.feedBack(turn, stop !== undefined);
        continue;
      }
      this.wasFedBack = false;
      const outcome = await this.act(turn, stop);
      if (outcome) return outcome;
    }
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
  private async act(turn: Turn, stop: LoopStop | undefined): Promise<LoopOutcome | undefined> {
    const { toolSet, conversation, media } = this.options;
    const { toolCalls } = turn.answer;
    if (!toolSet || toolCalls.length === 0) return { kind: 'answered', turn };
    if (stop) return { kind: 'stopped', turn, stop };
    const { allowed, stopped } = this.allowedOf(toolCalls);
    const performed = await toolSet.perform(allowed, {
      model: turn.model,
      media,
      parallel: this.options.parallelToolCalls,
    });
    conversation.results(performed, turn.answer);
    if (stopped) return { kind: 'stopped', turn, stop: stopped };
    return undefined;
  }

  /** A limit is exact: the calls before the one that would exceed it are made, also of one answer. */
  private allowedOf(calls: readonly ModelToolCall[]): {
    readonly allowed: readonly ModelToolCall[];
    readonly stopped?: LoopStop;
  } {
    for (const [index, call] of calls.entries()) {
      const stopped = this.conditions.hear({ type: 'toolCall', call });
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
