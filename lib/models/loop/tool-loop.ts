import { InputValidationError, OrchestrationError } from '../../errors/index.js';
import { boundedText, suggestion, textLimits } from '../../text/index.js';
import type { ToolSet } from '../../tools/index.js';
import type { ToolChoice } from '../provider/model-provider.js';
import { AnswerCalls } from './answer-calls.js';
import { feedback, incompleteAnswer } from './incomplete-answer.js';
import type { Turn, TurnRequest } from './model-turns.js';
import type { LoopStop } from './stop/stop-condition.js';
import type { LoopOutcome, LoopPosition, ToolLoopOptions } from './tool-loop.options.js';

/** Asks a model, performs the tools that it calls, and asks again, until it answers or is stopped. */
export class ToolLoop {
  /** The last answer was not whole, and the model was told so. */
  private wasFedBack = false;

  private readonly calls: AnswerCalls;

  constructor(private readonly options: ToolLoopOptions) {
    this.calls = new AnswerCalls(options);
  }

  /** @param from the last answer on record, which is in the conversation; else it begins with the first turn */
  async run(from?: LoopPosition): Promise<LoopOutcome> {
    const outcome = from && (await this.takeUp(from));
    if (outcome) return outcome;
    for (let number = (from?.number ?? 0) + 1, last = from?.turn; ; number++) {
      const exhausted = await this.options.mayAsk?.(number);
      if (exhausted) return stoppedBefore(number, last, exhausted);
      const turn = await this.ask(number);
      const ended = await this.handle(number, turn);
      if (ended) return ended;
      last = 'rejected' in turn ? undefined : turn;
    }
  }

  private async takeUp(from: LoopPosition): Promise<LoopOutcome | undefined> {
    const { number, turn, wasFedBack, performed, stopped } = from;
    this.wasFedBack = wasFedBack ?? this.wasFedBack;
    if (stopped) return this.calls.stopAt(number, turn, stopped, performed);
    if (!turn) return undefined;
    if (performed === undefined) return this.handle(number, turn);
    return performed < turn.answer.toolCalls.length
      ? this.calls.act(number, turn, undefined, performed)
      : undefined;
  }

  /** Undefined if the model is to be asked again. */
  private async handle(number: number, turn: Turn | Rejection): Promise<LoopOutcome | undefined> {
    const { conditions, agent } = this.options;
    const stop = conditions.hear({ type: 'turn', turn: number });
    if ('rejected' in turn) {
      // A guardrail that rejects an answer tells the model why; with no turn left, it is thrown on.
      if (stop) throw turn.error;
      this.options.conversation.tell(
        `Your last answer was not accepted: ${turn.rejected}. Answer again in another way.`,
      );
      return undefined;
    }
    const spent = conditions.hear({ type: 'usage', usage: this.options.spent?.(number) ?? turn.usage });
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
    return this.calls.act(number, turn, stop ?? spent ?? said);
  }

  private async ask(number: number): Promise<Turn | Rejection> {
    const { turns, conversation, toolSet, toolChoice, firstTurn = 1, beforeTurn } = this.options;
    assertOffered(toolChoice, toolSet);
    const request: TurnRequest = {
      turn: number,
      messages: [...conversation.messages],
      toolSet,
      toolChoice: number === firstTurn ? toolChoice : laterChoice(toolChoice),
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

  /** An answer that is not whole is not acted upon. The model is told once. @throws {IncompleteAnswerError} the next time */
  private feedBack({ answer, model }: Turn, isLast: boolean): void {
    const { turns, conversation, maxTokens } = this.options;
    if (this.wasFedBack || isLast) throw incompleteAnswer(answer, model, maxTokens);
    this.wasFedBack = true;
    turns.retract(answer);
    conversation.replaceLast(...feedback(answer, maxTokens));
  }
}

/** @throws {InputValidationError} if it names a tool that is not there */
function assertOffered(choice: ToolChoice | undefined, toolSet: ToolSet | undefined): void {
  if (typeof choice !== 'object') return;
  const names = toolSet?.exposed.map(({ name }) => name) ?? [];
  if (names.includes(choice.tool)) return;
  throw new InputValidationError(
    `toolChoice names the tool '${choice.tool}', which the model is not offered.${suggestion(choice.tool, names)}`,
    { details: { option: 'toolChoice' } },
  );
}

/** What is required once would be required forever, and the model could never answer. */
function laterChoice(choice: ToolChoice | undefined): ToolChoice | undefined {
  return choice === 'none' || choice === undefined ? choice : 'auto';
}

function stoppedBefore(number: number, turn: Turn | undefined, stop: LoopStop): LoopOutcome {
  return { kind: 'stopped', number: number - 1, turn, performed: turn?.answer.toolCalls.length ?? 0, stop };
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
