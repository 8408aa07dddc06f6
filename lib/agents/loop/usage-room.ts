import type { Headroom, LoopStop, Message, ModelTurns, StopConditions } from '../../models/index.js';
import type { CallRecords } from '../../scope/index.js';
import type { PerformedToolCall, ToolSet } from '../../tools/index.js';
import { addUsage, subtractDollars, type Usage } from '../../values/index.js';
import { cutToFit, exhausted, fits } from './headroom.js';

/** Bytes that the words before a last answer may have. */
const lastWords: Message = { role: 'user', content: ' '.repeat(512) };

/** Keeps room for a last answer within what the conditions of a loop still let it use. */
export class UsageRoom {
  /** @param accounted what of the usage the conditions have heard of */
  constructor(
    private readonly conditions: Pick<StopConditions, 'headroom'>,
    private readonly turns: Pick<ModelTurns, 'estimate'>,
    private readonly toolSet: ToolSet | undefined,
    private readonly records: Pick<CallRecords, 'usage'>,
    private accounted: Usage,
  ) {}

  /** What was used since it was asked last. */
  spent(): Usage {
    const total = this.records.usage();
    const used = {
      calls: Math.max(0, total.calls - this.accounted.calls),
      inputTokens: Math.max(0, total.inputTokens - this.accounted.inputTokens),
      outputTokens: Math.max(0, total.outputTokens - this.accounted.outputTokens),
      usd: Math.max(0, subtractDollars(total.usd, this.accounted.usd)),
    };
    this.accounted = total;
    return used;
  }

  /** Why there is no room for one more turn with a last answer behind it; undefined if there is. */
  refuses(messages: readonly Message[]): LoopStop | undefined {
    const left = this.conditions.headroom;
    if (isUnlimited(left)) return undefined;
    const next = this.turns.estimate({ messages, toolSet: this.toolSet, toolChoice: undefined });
    return fits(addUsage(next, this.lastAnswer(messages)), left) ? undefined : exhausted(left);
  }

  /** Whether there is room for a last answer. */
  hasRoomForLast(messages: readonly Message[]): boolean {
    const left = this.conditions.headroom;
    return isUnlimited(left) || fits(this.lastAnswer(messages), left);
  }

  /**
   * Results as the model is told of them: they may take a quarter of what a last answer would leave, so that other turns
   * have room behind them.
   */
  fitting(results: readonly PerformedToolCall[], messages: readonly Message[]): readonly PerformedToolCall[] {
    const left = this.conditions.headroom;
    if (isUnlimited(left)) return results;
    const most = aQuarterOf(this.lastAnswer(messages), left);
    return cutToFit(results, (each) => {
      const told = each.map(({ id, name, content, parts }): Message => {
        return { role: 'tool', toolCallId: id, name, content: parts ?? content };
      });
      return fits(this.lastAnswer([...messages, ...told]), most);
    });
  }

  /** The most that a last answer may use. */
  private lastAnswer(messages: readonly Message[]): Usage {
    return this.turns.estimate({
      messages: [...messages, lastWords],
      toolSet: this.toolSet,
      toolChoice: 'none',
    });
  }
}

function isUnlimited({ usd, tokens }: Headroom): boolean {
  return usd === undefined && tokens === undefined;
}

function aQuarterOf(used: Usage, { usd, tokens }: Headroom): Headroom {
  const total = used.inputTokens + used.outputTokens;
  return {
    ...(usd === undefined ? {} : { usd: used.usd + (usd - used.usd) / 4 }),
    ...(tokens === undefined ? {} : { tokens: total + (tokens - total) / 4 }),
  };
}
