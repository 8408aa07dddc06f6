import { placedCalls, type PlacedToolCall, type ToolSet } from '../../tools/index.js';
import type { ModelToolCall } from '../provider/model-provider.js';
import type { Turn } from './model-turns.js';
import type { LoopStop } from './stop/stop-condition.js';
import type { LoopOutcome, StoppedLoop, ToolLoopOptions } from './tool-loop.options.js';

type PlacedCall = PlacedToolCall & { readonly call: ModelToolCall };

/** Performs the tool calls of answers, as far as the conditions of the loop let it. */
export class AnswerCalls {
  constructor(private readonly options: ToolLoopOptions) {}

  /**
   * Performs what the turn asks for; undefined if the model is to be asked again.
   * @param from the first call, in the order in which they are performed, that is not performed yet
   */
  async act(
    number: number,
    turn: Turn,
    stop: LoopStop | undefined,
    from = 0,
  ): Promise<LoopOutcome | undefined> {
    const { toolCalls } = turn.answer;
    if (!this.options.toolSet || toolCalls.length === 0) return { kind: 'answered', number, turn };
    if (stop) return { kind: 'stopped', number, turn, performed: from, stop };
    const { allowed, stopped } = this.allowedOf(this.inOrder(turn).slice(from));
    const ended = await this.perform(number, turn, allowed);
    const why = stopped ?? ended;
    const performed = from + allowed.length;
    return why && { kind: 'stopped', number, turn, performed, stop: why };
  }

  /** Tells again what was done before it was stopped. @param from the first call that is not told yet */
  async stopAt(
    number: number,
    turn: Turn | undefined,
    { performed, stop }: { readonly performed: number; readonly stop: LoopStop },
    from = 0,
  ): Promise<StoppedLoop> {
    const calls = turn ? this.inOrder(turn).slice(from, performed) : [];
    if (turn && calls.length > 0) await this.perform(number, turn, calls);
    return { kind: 'stopped', number, turn, performed, stop };
  }

  private inOrder({ answer: { toolCalls } }: Turn): readonly PlacedCall[] {
    const { toolSet } = this.options;
    return placedCalls(toolCalls, (name) => handoffOf(toolSet, name));
  }

  private async perform(
    number: number,
    turn: Turn,
    calls: readonly PlacedCall[],
  ): Promise<LoopStop | undefined> {
    const { toolSet, conversation, media, parallelToolCalls, conditions, byPosition, agent } = this.options;
    const performed = await toolSet?.perform(calls, {
      model: turn.model,
      media,
      parallel: parallelToolCalls,
      progress: (index, value) => this.options.progress?.(number, index, value),
      offered: turn.offered,
      agent,
      ...(byPosition ? { turn: number } : {}),
    });
    if (!performed) return undefined;
    const told = this.options.fitting?.(performed) ?? performed;
    // The model is told in its own order.
    const places = new Map(told.map((result, index) => [result, calls[index]?.index ?? 0]));
    conversation.results(
      told.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0)),
      turn.answer,
    );
    const stops = told.map(({ content, isError }, index) =>
      conditions.hear({ type: 'toolResult', call: (calls[index] as PlacedCall).call, content, isError }),
    );
    const handoff = told.find((each) => each.handoff)?.handoff;
    if (handoff) stops.push(await this.options.handOff?.(handoff, number));
    return stops.find((each) => each !== undefined);
  }

  /** A limit is exact: the calls before the one that would exceed it are made, also of one answer. */
  private allowedOf(calls: readonly PlacedCall[]): {
    readonly allowed: readonly PlacedCall[];
    readonly stopped?: LoopStop;
  } {
    for (const [index, { call, handoff, isSurplus }] of calls.entries()) {
      const isHandoff = handoff !== undefined && !isSurplus;
      const stopped = this.options.conditions.hear({
        type: 'toolCall',
        call,
        ...(isHandoff ? { handoff } : {}),
      });
      if (stopped) return { allowed: calls.slice(0, index), stopped };
    }
    return { allowed: calls };
  }
}

function handoffOf(toolSet: ToolSet | undefined, asked: string): string | undefined {
  return toolSet?.exposed.find(({ name }) => name === asked)?.handoff;
}
