import { LoopLimitExceededError } from '../../errors/index.js';
import type { ToolSet } from '../../tools/index.js';
import type { GenerateResult } from '../generate-options.js';
import type { Message, ModelRequest } from '../provider/model-provider.js';
import type { Route } from '../routing/model-catalog.js';
import { schemaMismatch, type StructuredOutput } from '../structured-output.js';
import { Conversation } from './conversation.js';
import { incompleteAnswer, isActionable, isReadable } from './incomplete-answer.js';
import type { ModelCaller } from './model-caller.js';
import { ModelTurns, type Turn, type TurnSettings } from './model-turns.js';
import { maxTurns } from './stop/limits.js';
import { ToolLoop } from './tool-loop.js';

/** Everything that is settled before the first request. */
export interface GenerationPlan extends TurnSettings {
  readonly route: Route;
  readonly messages: readonly Message[];
  readonly toolSet: ToolSet | undefined;
  readonly toolChoice: ModelRequest['toolChoice'];
  readonly maxTurns: number;
  readonly parallelToolCalls: number;
}

/** What `ModelService.generate` does: a loop of tools, and an output that is read and, if need be, repaired once. */
export class Generation {
  private readonly conversation: Conversation;
  private readonly turns: ModelTurns;

  constructor(
    caller: ModelCaller,
    private readonly plan: GenerationPlan,
  ) {
    this.conversation = new Conversation(plan.messages);
    this.turns = new ModelTurns(caller, plan.route, plan);
  }

  async result(): Promise<GenerateResult<unknown>> {
    const { toolSet, toolChoice, output, settings } = this.plan;
    const outcome = await new ToolLoop({
      turns: this.turns,
      conversation: this.conversation,
      toolSet,
      media: this.plan.media,
      parallelToolCalls: this.plan.parallelToolCalls,
      toolChoice,
      stopWhen: [maxTurns(this.plan.maxTurns)],
      maxTokens: settings.maxTokens,
      isIncomplete: (turn) => this.isIncomplete(turn),
    }).run();
    if (outcome.kind === 'stopped') throw this.tooManyTurns(outcome.turn);
    return output ? this.structured(outcome.turn, output) : this.finished(outcome.turn, undefined);
  }

  private isIncomplete({ answer }: Turn): boolean {
    const isData = this.plan.output !== undefined && answer.toolCalls.length === 0;
    return isData ? !isReadable(answer) : !isActionable(answer);
  }

  /** Reads the answer; one that does not fit goes back once, with what is wrong. */
  private async structured(turn: Turn, output: StructuredOutput): Promise<GenerateResult<unknown>> {
    const first = await output.read(turn.answer.text);
    if (first.ok) return this.finished(turn, first.value);
    this.turns.retract(turn.answer);
    // Vendors refuse assistant messages without content.
    if (turn.answer.text.trim() === '') this.conversation.replaceLast();
    this.conversation.tell(output.repairPrompt(first.issues));
    const repaired = await this.repair();
    if (this.isIncomplete(repaired))
      throw incompleteAnswer(repaired.answer, repaired.model, this.plan.settings.maxTokens);
    const second = await output.read(repaired.answer.text);
    if (second.ok) return this.finished(repaired, second.value);
    throw schemaMismatch(second.issues, repaired.answer.text, repaired.model);
  }

  private async repair(): Promise<Turn> {
    const messages = [...this.conversation.messages];
    const { toolSet } = this.plan;
    const repaired = await this.turns.ask({
      turn: this.plan.maxTurns + 1,
      messages,
      toolSet,
      toolChoice: 'none',
    });
    this.conversation.answer(repaired.answer);
    return repaired;
  }

  private finished({ answer, model }: Turn, output: unknown): GenerateResult<unknown> {
    const { usage, tokens } = this.turns;
    return {
      text: answer.text,
      output,
      toolCalls: this.conversation.toolCalls,
      usage,
      tokens,
      cost: usage.usd,
      model,
      finishReason: answer.finishReason,
      messages: this.conversation.messages,
    };
  }

  private tooManyTurns({ answer, model }: Turn): LoopLimitExceededError {
    const wanted = answer.toolCalls.map(({ name }) => name);
    const { usage } = this.turns;
    return new LoopLimitExceededError(
      `${model} still calls tools (${wanted.join(', ')}) in turn ${this.plan.maxTurns}, the last that 'maxTurns' allows. ` +
        `These calls were not performed. Raise 'maxTurns', or tell the model in the prompt when to stop.`,
      { details: { model, maxTurns: this.plan.maxTurns, wanted, usage } },
    );
  }
}
