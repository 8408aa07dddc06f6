import { LoopLimitExceededError } from '../../errors/index.js';
import type { ToolSet } from '../../tools/index.js';
import type { GenerateResult } from '../generate-options.js';
import type { Message, ModelRequest } from '../provider/model-provider.js';
import type { Route } from '../routing/model-catalog.js';
import type { GivenContext } from '../citations/given-context.js';
import { citationsIn } from '../citations/read-citations.js';
import { Dialogue } from './dialogue.js';
import { isIncomplete } from './incomplete-answer.js';
import type { ModelCaller } from './model-caller.js';
import { ModelTurns, type Turn, type TurnSettings } from './model-turns.js';
import { readOutput } from './read-output.js';
import { maxTurns } from './stop/limits.js';
import { StopConditions } from './stop/stop-condition.js';
import { ToolLoop } from './tool-loop.js';

/** Everything that is settled before the first request. */
export interface GenerationPlan extends TurnSettings {
  readonly route: Route;
  readonly messages: readonly Message[];
  readonly toolSet: ToolSet | undefined;
  readonly toolChoice: ModelRequest['toolChoice'];
  readonly maxTurns: number;
  readonly parallelToolCalls: number;
  /** In the messages already. */
  readonly context: GivenContext | undefined;
}

/** What `ModelService.generate` does: a loop of tools, and an output that is read and, if need be, repaired once. */
export class Generation {
  private readonly conversation: Dialogue;
  private readonly turns: ModelTurns;

  constructor(
    caller: ModelCaller,
    private readonly plan: GenerationPlan,
  ) {
    this.conversation = new Dialogue(plan.messages);
    this.turns = new ModelTurns(caller, plan.route, plan);
  }

  async result(): Promise<GenerateResult<unknown>> {
    const { toolSet, toolChoice, output, settings, maxTurns: most } = this.plan;
    const outcome = await new ToolLoop({
      turns: this.turns,
      conversation: this.conversation,
      toolSet,
      media: this.plan.media,
      parallelToolCalls: this.plan.parallelToolCalls,
      toolChoice,
      conditions: new StopConditions([maxTurns(most)]),
      maxTokens: settings.maxTokens,
      isIncomplete: (turn) => isIncomplete(turn.answer, output !== undefined),
    }).run();
    if (outcome.kind === 'stopped') throw this.tooManyTurns(outcome.turn);
    if (!output) return this.finished(outcome.turn, undefined);
    const { turn, value } = await readOutput(outcome.turn, {
      output,
      conversation: this.conversation,
      turns: this.turns,
      maxTokens: settings.maxTokens,
      isIncomplete: ({ answer }) => isIncomplete(answer, true),
      repair: () => this.repair(),
    });
    return this.finished(turn, value);
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
    const { usage, tokens, saved } = this.turns;
    return {
      text: answer.text,
      output,
      toolCalls: this.conversation.toolCalls,
      usage,
      tokens,
      cost: usage.usd,
      saved,
      model,
      finishReason: answer.finishReason,
      ...citationsIn(answer.text, this.plan.context),
      messages: this.conversation.messages,
    };
  }

  private tooManyTurns(turn: Turn | undefined): LoopLimitExceededError {
    const wanted = turn?.answer.toolCalls.map(({ name }) => name) ?? [];
    const model = turn?.model ?? 'The model';
    const { usage } = this.turns;
    return new LoopLimitExceededError(
      `${model} still calls tools (${wanted.join(', ')}) in turn ${this.plan.maxTurns}, the last that 'maxTurns' allows. ` +
        `These calls were not performed. Raise 'maxTurns', or tell the model in the prompt when to stop.`,
      { details: { model, maxTurns: this.plan.maxTurns, wanted, usage } },
    );
  }
}
