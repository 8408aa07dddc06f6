import type { JsonValue, Usage } from '../../../values/index.js';
import type { ModelToolCall } from '../../provider/model-provider.js';

/** What happens in a loop, in its order, as its records tell it. A turn is one request and its answer. */
export type LoopEvent = {
  /** It is on record already, and so is that the loop went on after it: the loop continues after a crash or a wait. */
  readonly isPast?: boolean;
} & (
  | {
      /** A turn has been answered. */
      readonly type: 'turn';
      /** From 1. */
      readonly turn: number;
    }
  /** A turn is about to begin. `active`: milliseconds that the loop has worked so far, without what it waited for people. */
  | { readonly type: 'time'; readonly active: number }
  /** What was used since it was told last, the calls that tools made among it. */
  | { readonly type: 'usage'; readonly usage: Usage }
  /** What the model said. */
  | { readonly type: 'text'; readonly text: string; readonly agent?: string }
  /** A tool is about to be called. `handoff`: it hands the conversation over to that agent. */
  | { readonly type: 'toolCall'; readonly call: ModelToolCall; readonly handoff?: string }
  /** What came of it, as the model is told. */
  | {
      readonly type: 'toolResult';
      readonly call: ModelToolCall;
      readonly content: string;
      readonly isError: boolean;
    }
  /** An agent has handed the conversation over to another. */
  | { readonly type: 'handoff'; readonly to: string }
);

/** What may still be used before a condition stops the loop. Absent: it says nothing about that. */
export interface Headroom {
  readonly usd?: number;
  readonly tokens?: number;
}

/**
 * Decides when a loop of tools ends. It is immutable: what it remembers is its `state`, which is JSON, so that it can be
 * folded from records again.
 */
export interface StopCondition {
  readonly name: string;
  /** `goal`: the loop has done what it was for; `limit`: it has used up what it may. */
  readonly kind: 'goal' | 'limit';
  /** What it is set to, for records and people. */
  describe(): JsonValue;
  readonly initial: JsonValue;
  /** @returns the state from now on, and the reason to stop, if there is one */
  next(state: JsonValue, event: LoopEvent): { readonly state: JsonValue; readonly stop?: string };
  /** How much may still be used, where it limits that. */
  headroom?(state: JsonValue): Headroom;
  /** Its verdict is put on record at once, since it could be another one if it were asked again. @default false */
  readonly isRecorded?: boolean;
  /** Those of which the first that stops counts, each for itself. */
  readonly anyOf?: readonly StopCondition[];
}

/** Why a loop was stopped, and by which condition. */
export interface LoopStop {
  readonly condition: string;
  readonly kind: StopCondition['kind'];
  readonly reason: string;
  /** It could be another one if the condition were asked again. */
  readonly isRecorded?: boolean;
}

/** Where a loop stands. */
export interface LoopPlace {
  readonly turn: number;
  /** Milliseconds that it has worked. */
  readonly active: number;
}

/** One condition of a loop, and what it remembers. */
interface Counted {
  readonly condition: StopCondition;
  readonly state: JsonValue;
  /** Where it counts from. `active`: undefined until it first hears of the time. */
  readonly begun: { readonly turn: number; readonly active: number | undefined };
}

/** The conditions of one loop, with what each remembers. The first that says so stops it. */
export class StopConditions {
  private counted: readonly Counted[];

  constructor(conditions: readonly StopCondition[]) {
    this.counted = begin(conditions, { turn: 0, active: 0 });
  }

  /** From here on these are heard as well. @param turn the last one that is past for them */
  add(conditions: readonly StopCondition[], turn: number): void {
    this.counted = [...this.counted, ...begin(conditions, { turn, active: undefined })];
  }

  /** The loop may do as much again as it might at first: all of them count from here. */
  restart(from: LoopPlace): void {
    this.counted = this.counted.map(({ condition }) => begunAt(condition, from));
  }

  /** Every condition hears every event, also behind one that stops. */
  hear(event: LoopEvent): LoopStop | undefined {
    const stops: LoopStop[] = [];
    this.counted = this.counted.map(({ condition, state: before, begun: earlier }) => {
      const begun = event.type === 'time' ? { ...earlier, active: earlier.active ?? event.active } : earlier;
      const { name, kind, isRecorded } = condition;
      const { state, stop } = condition.next(before, countedFrom(begun, event));
      if (stop !== undefined)
        stops.push({ condition: name, kind, reason: stop, ...(isRecorded ? { isRecorded } : {}) });
      return { condition, state, begun };
    });
    return stops[0];
  }

  /** What may still be used before the first of them stops the loop. */
  get headroom(): Headroom {
    return this.counted.map(({ condition, state }) => condition.headroom?.(state) ?? {}).reduce(least, {});
  }
}

function begin(conditions: readonly StopCondition[], begun: Counted['begun']): readonly Counted[] {
  return conditions.flatMap(each).map((condition) => begunAt(condition, begun));
}

function begunAt(condition: StopCondition, begun: Counted['begun']): Counted {
  return { condition, state: condition.initial, begun };
}

function countedFrom({ turn, active = 0 }: Counted['begun'], event: LoopEvent): LoopEvent {
  if (event.type === 'turn') return turn === 0 ? event : { ...event, turn: event.turn - turn };
  return event.type === 'time' && active > 0 ? { ...event, active: event.active - active } : event;
}

function each(condition: StopCondition): readonly StopCondition[] {
  return condition.anyOf ? condition.anyOf.flatMap(each) : [condition];
}

function least(a: Headroom, b: Headroom): Headroom {
  const usd = Math.min(a.usd ?? Infinity, b.usd ?? Infinity);
  const tokens = Math.min(a.tokens ?? Infinity, b.tokens ?? Infinity);
  return { ...(usd === Infinity ? {} : { usd }), ...(tokens === Infinity ? {} : { tokens }) };
}
