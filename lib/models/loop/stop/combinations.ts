import type { JsonValue } from '../../../values/index.js';
import type { Headroom, StopCondition } from './stop-condition.js';

/** Stops with the first of them. */
export function any(...conditions: readonly StopCondition[]): StopCondition {
  return combined('any', conditions, (stopped) => stopped.some(Boolean));
}

/** Stops when each of them has said so, at one time or another. A goal only if all of them are. */
export function all(...conditions: readonly StopCondition[]): StopCondition {
  return combined('all', conditions, (stopped) => stopped.every(Boolean));
}

type Combined = readonly { readonly state: JsonValue; readonly stop: string | null }[];

function combined(
  name: 'any' | 'all',
  conditions: readonly StopCondition[],
  stops: (stopped: readonly boolean[]) => boolean,
): StopCondition {
  return {
    name,
    kind: conditions.every(({ kind }) => kind === 'goal') ? 'goal' : 'limit',
    describe: () => ({ [name]: conditions.map((condition) => condition.describe()) }),
    initial: conditions.map(({ initial }) => ({ state: initial, stop: null })),
    ...(conditions.some(({ isRecorded }) => isRecorded) ? { isRecorded: true } : {}),
    ...(name === 'any' ? { anyOf: conditions } : {}),
    next: (state, event) => {
      const before = state as unknown as Combined;
      const after = conditions.map((condition, index) => {
        const { state: last = condition.initial, stop: former = null } = before[index] ?? {};
        const { state: next, stop } = condition.next(last, event);
        return { state: next, stop: stop ?? former };
      });
      const reasons = after.flatMap(({ stop }) => (stop === null ? [] : [stop]));
      const isStop = conditions.length > 0 && stops(after.map(({ stop }) => stop !== null));
      return isStop ? { state: after, stop: reasons.join(', and ') } : { state: after };
    },
    ...(name === 'all'
      ? { headroom: (state: JsonValue) => mostOf(conditions, state as unknown as Combined) }
      : {}),
  };
}

/** Of conditions that stop only together: the most that one of them still allows, if each limits it. */
function mostOf(conditions: readonly StopCondition[], states: Combined): Headroom {
  const rooms = conditions.map(
    (condition, index) => condition.headroom?.(states[index]?.state ?? null) ?? {},
  );
  const most = (unit: keyof Headroom) => Math.max(...rooms.map((room) => room[unit] ?? Infinity));
  const [usd, tokens] = [most('usd'), most('tokens')];
  return { ...(usd < Infinity ? { usd } : {}), ...(tokens < Infinity ? { tokens } : {}) };
}
