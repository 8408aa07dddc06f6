import { NonRetryableError, synchronous } from '../../errors/index.js';
import type { CallCaching } from '../../scope/index.js';
import { type JsonValue, toJson } from '../../values/index.js';
import { viewOf } from '../../workflow/index.js';
import type { StepAttempt } from './step-attempt.js';

/** How the output of the attempt's step is given again; undefined where it is not, or another method stands in for the step's. */
export function stepCaching(attempt: StepAttempt): CallCaching | undefined {
  const { definition, activation, run, place } = attempt;
  const { cache } = definition;
  if (!cache || activation.phase !== 'perform') return undefined;
  const where = `The \`key\` of the cache of ${run.definition.name}.${place.step}`;
  return {
    ttl: cache.ttl,
    scope: cache.scope,
    key: (args) => {
      const view = viewOf(run.definition, run.state, place.step);
      const key = toJson(synchronous(cache.key(view), where), where);
      if (key === undefined)
        throw new NonRetryableError(`${where} gave nothing: everything would be the same.`);
      // An item's element is among its arguments.
      const element =
        place.item === undefined ? null : (toJson(args, where, Number.POSITIVE_INFINITY) ?? null);
      return [cache.version, key, element] satisfies JsonValue;
    },
    reused: (result, from) => {
      attempt.reusedFrom = from;
      return result;
    },
  };
}
