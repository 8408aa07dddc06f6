import type { JsonValue } from '../../values/index.js';
import type { ModelToolCall } from '../provider/model-provider.js';

/** What happens in a loop, in its order. A turn is one request and its answer. */
export type LoopEvent =
  | { readonly type: 'turn'; readonly turn: number }
  | { readonly type: 'toolCall'; readonly call: ModelToolCall };

/**
 * Decides when a loop of tools ends. It is immutable: what it remembers is its `state`, which is JSON, so that it can be
 * put on record and taken up again.
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
}

/** Why a loop was stopped, and by which condition. */
export interface LoopStop {
  readonly condition: string;
  readonly kind: StopCondition['kind'];
  readonly reason: string;
}

/** The conditions of one loop, with what each remembers. The first that says so stops it. */
export class StopConditions {
  private readonly states: JsonValue[];

  constructor(private readonly conditions: readonly StopCondition[]) {
    this.states = conditions.map(({ initial }) => initial);
  }

  /** Every condition hears every event, also behind one that stops. */
  hear(event: LoopEvent): LoopStop | undefined {
    const stops = this.conditions.flatMap((condition, index): LoopStop[] => {
      const { state, stop } = condition.next(this.states[index] ?? null, event);
      this.states[index] = state;
      return stop === undefined ? [] : [{ condition: condition.name, kind: condition.kind, reason: stop }];
    });
    return stops[0];
  }
}

/** Stops when `limit` turns are over: tools that the last of them asks for are not performed. */
export function maxTurns(limit: number): StopCondition {
  return {
    name: 'maxTurns',
    kind: 'limit',
    describe: () => ({ maxTurns: limit }),
    initial: null,
    next: (state, event) =>
      event.type === 'turn' && event.turn >= limit ? { state, stop: `${limit} turns are over` } : { state },
  };
}
