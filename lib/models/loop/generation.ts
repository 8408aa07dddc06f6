import { LoopLimitExceededError, OrchestrationError } from '../../errors/index.js';
import { boundedText, textLimits } from '../../text/index.js';
import { currentScope } from '../../scope/index.js';
import type { PerformedToolCall, ToolSet } from '../../tools/index.js';
import { addUsage, noUsage, type Usage } from '../../values/index.js';
import { mostTokens } from '../prices/estimate.js';
import type { GenerateResult } from '../generate-options.js';
import { feedback, incompleteAnswer, isActionable, isReadable } from './incomplete-answer.js';
import type { AnswerListener, ModelCaller } from './model-caller.js';
import type { Candidate, Route } from '../routing/model-catalog.js';
import { firstAnswer, startingWith } from '../routing/model-fallback.js';
import type { Message, ModelAnswer, ModelRequest } from '../provider/model-provider.js';
import { schemaMismatch, type StructuredOutput } from '../structured-output.js';
import { Transcript } from './transcript.js';

/** Everything that is settled before the first request. */
export interface GenerationPlan {
  readonly route: Route;
  readonly messages: readonly Message[];
  /** What is the same in all requests of the conversation. */
  readonly settings: Omit<ModelRequest, 'model' | 'messages' | 'tools' | 'toolChoice' | 'output'>;
  readonly toolSet: ToolSet | undefined;
  readonly toolChoice: ModelRequest['toolChoice'];
  readonly output: StructuredOutput | undefined;
  readonly maxTurns: number;
  readonly timeout: number | undefined;
  readonly listener: AnswerListener | undefined;
}

interface Turn {
  readonly answer: ModelAnswer;
  /** Who gave it. */
  readonly model: string;
}

/** One conversation with a model: ask, perform the tools it calls, ask again, until it answers. */
export class Generation {
  private readonly messages: Message[];
  private readonly toolCalls: PerformedToolCall[] = [];
  private readonly transcript = new Transcript();
  private usage: Usage = noUsage;
  private route: Route;

  constructor(
    private readonly caller: ModelCaller,
    private readonly plan: GenerationPlan,
  ) {
    this.messages = [...plan.messages];
    this.route = plan.route;
  }

  async result(): Promise<GenerateResult<unknown>> {
    const turn = await this.untilAnswered();
    const { output } = this.plan;
    if (!output) return this.finished(turn, undefined);
    return this.structured(turn, output);
  }

  /** Turns are bounded exactly: tools that the last allowed turn asks for are not performed. */
  private async untilAnswered(): Promise<Turn> {
    const { toolSet, maxTurns, toolChoice } = this.plan;
    let wasFedBack = false;
    for (let number = 1; ; number++) {
      // What is required once would be required forever, and the model could never answer.
      const choice = number > 1 && toolChoice === 'required' ? 'auto' : toolChoice;
      const turn = await this.request(choice).catch((error: unknown) =>
        this.feedRejectionBack(error, number),
      );
      if (!turn) continue;
      if (this.isIncomplete(turn)) {
        this.feedIncompleteBack(turn, wasFedBack || number >= maxTurns);
        wasFedBack = true;
        continue;
      }
      wasFedBack = false;
      if (!toolSet || turn.answer.toolCalls.length === 0) return turn;
      if (number >= maxTurns) throw this.tooManyTurns(turn);
      await this.performTools(toolSet, turn);
    }
  }

  private async request(toolChoice: ModelRequest['toolChoice']): Promise<Turn> {
    const { settings, toolSet, output, timeout, listener } = this.plan;
    const requestTo = ({ model }: Candidate): ModelRequest => ({
      ...settings,
      model,
      messages: [...this.messages],
      ...(toolSet ? { tools: toolSet.exposed } : {}),
      ...(toolSet && toolChoice ? { toolChoice } : {}),
      ...(output ? { output: output.request } : {}),
    });
    const { answer, candidate } = await firstAnswer(this.route, (each) =>
      // Outside any run each call is a run of its own, and has to tell the whole.
      this.caller.request(each, requestTo(each), {
        timeout,
        listener,
        transcript: currentScope() && this.transcript,
      }),
    );
    this.route = startingWith(this.route, candidate);
    const used = this.caller.usage(candidate, answer, () => mostTokens(requestTo(candidate)));
    this.usage = addUsage(this.usage, used);
    this.messages.push({
      role: 'assistant',
      content: answer.text,
      ...(answer.toolCalls.length > 0 ? { toolCalls: answer.toolCalls } : {}),
      ...(answer.opaque ? { opaque: answer.opaque } : {}),
    });
    return { answer, model: candidate.name };
  }

  private isIncomplete({ answer }: Turn): boolean {
    const isData = this.plan.output !== undefined && answer.toolCalls.length === 0;
    return isData ? !isReadable(answer) : !isActionable(answer);
  }

  /** An answer that is not whole is not acted upon. The model is told once. @throws {IncompleteAnswerError} the next time. */
  private feedIncompleteBack({ answer, model }: Turn, isLast: boolean): void {
    const { maxTokens } = this.plan.settings;
    if (isLast) throw incompleteAnswer(answer, model, maxTokens);
    this.retract(answer);
    this.messages.splice(-1, 1, ...feedback(answer, maxTokens));
  }

  /** A guardrail that rejects an answer tells the model why; with no turn left, and for any other error, it is thrown on. */
  private feedRejectionBack(error: unknown, turn: number): undefined {
    const reason = rejectedBecause(error);
    if (reason === undefined || turn >= this.plan.maxTurns) throw error;
    this.messages.push({
      role: 'user',
      content: `Your last answer was not accepted: ${reason}. Answer again in another way.`,
    });
  }

  private async performTools(toolSet: ToolSet, { answer, model }: Turn): Promise<void> {
    const performed = await toolSet.perform(answer.toolCalls, model);
    this.toolCalls.push(...performed);
    // The vendor knows the tool by the name that the model used.
    const asked = new Map(answer.toolCalls.map(({ id, name }) => [id, name]));
    for (const { id, name, content, isError } of performed) {
      this.messages.push({
        role: 'tool',
        toolCallId: id,
        name: asked.get(id) ?? name,
        content,
        ...(isError ? { isError } : {}),
      });
    }
  }

  /** Reads the answer; one that does not fit goes back once, with what is wrong. */
  private async structured(turn: Turn, output: StructuredOutput): Promise<GenerateResult<unknown>> {
    const first = await output.read(turn.answer.text);
    if (first.ok) return this.finished(turn, first.value);
    this.retract(turn.answer);
    // Vendors refuse assistant messages without content.
    if (turn.answer.text.trim() === '') this.messages.pop();
    this.messages.push({ role: 'user', content: output.repairPrompt(first.issues) });
    const repaired = await this.request('none');
    if (this.isIncomplete(repaired))
      throw incompleteAnswer(repaired.answer, repaired.model, this.plan.settings.maxTokens);
    const second = await output.read(repaired.answer.text);
    if (second.ok) return this.finished(repaired, second.value);
    throw schemaMismatch(second.issues, repaired.answer.text, repaired.model);
  }

  /** Another answer comes in place of this one: what was heard of it is void. */
  private retract({ text }: ModelAnswer): void {
    if (text !== '') this.plan.listener?.restart();
  }

  private finished({ answer, model }: Turn, output: unknown): GenerateResult<unknown> {
    return {
      text: answer.text,
      output,
      toolCalls: this.toolCalls,
      usage: this.usage,
      cost: this.usage.usd,
      model,
      finishReason: answer.finishReason,
      messages: this.messages,
    };
  }

  private tooManyTurns({ answer, model }: Turn): LoopLimitExceededError {
    const wanted = answer.toolCalls.map(({ name }) => name);
    return new LoopLimitExceededError(
      `${model} still calls tools (${wanted.join(', ')}) in turn ${this.plan.maxTurns}, the last that 'maxTurns' allows. ` +
        `These calls were not performed. Raise 'maxTurns', or tell the model in the prompt when to stop.`,
      { details: { model, maxTurns: this.plan.maxTurns, wanted, usage: this.usage } },
    );
  }
}

/** The message of a guardrail that sent a model's answer back. By code: the error may come from the journal. */
function rejectedBecause(error: unknown): string | undefined {
  if (!(error instanceof OrchestrationError) || error.code !== 'GUARDRAIL_BLOCKED') return undefined;
  const { at, verdict, reason } = error.details;
  return at === 'model.response' && verdict === 'reject'
    ? boundedText(reason ?? 'a guardrail rejected it', textLimits.reason)
    : undefined;
}
