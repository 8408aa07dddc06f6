import type { Duration } from '../../clock/index.js';
import { option, type OptionRules } from '../../values/index.js';

/** When a model is left out for a while. Counted per process, for each model of the alias. */
export interface BreakerOptions {
  /** Requests that have failed: no answer, too many requests, an error of the vendor's, time over. @default 5 */
  readonly failures?: number | undefined;
  /** The time in which they have failed. @default '30s' */
  readonly within?: Duration | undefined;
  /** How long it is left out. Then one request is tried: if it is answered, all are asked again. @default '1m' */
  readonly cooldown?: Duration | undefined;
}

/** Which values each takes. */
export const breakerRules = option.fields({
  failures: option.whole(1),
  within: option.duration,
  cooldown: option.duration,
} satisfies OptionRules<BreakerOptions>);
