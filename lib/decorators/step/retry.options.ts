import type { Duration } from '../../clock/index.js';
import { option, type OptionRules } from '../../values/index.js';

/** How an action is attempted again. */
export interface RetryOptions {
  /** Altogether, the first included. @default 3 */
  readonly attempts?: number | undefined;
  /** Before the second attempt. @default '500ms' */
  readonly initialDelay?: Duration | undefined;
  /** Longest delay. @default '30s' */
  readonly maxDelay?: Duration | undefined;
  /** By which the delay grows. @default 2 */
  readonly factor?: number | undefined;
  /** `'full'`: a random part of the delay; `'none'`: the whole. @default 'full' */
  readonly jitter?: 'full' | 'none' | undefined;
  /** Whether an error deserves another attempt. @default transient errors */
  readonly retryOn?: ((error: unknown) => boolean) | undefined;
}

/** Which values each takes. */
export const retryRules = option.fields({
  attempts: option.whole(1),
  initialDelay: option.duration,
  maxDelay: option.duration,
  factor: option.numeric(1),
  jitter: option.oneOf('full', 'none'),
  retryOn: option.pure,
} satisfies OptionRules<RetryOptions>);
