import { type Duration, milliseconds } from '../../clock/index.js';
import { option, type OptionRules, type Principal } from '../../values/index.js';

/** What is about to begin, as a rate limit sees it. */
export interface RateSubject {
  readonly principal: Principal | undefined;
  /** Of the principal, or of what the host's own code does it for. */
  readonly tenant: string | undefined;
  readonly workflow: string;
  /** `support-ticket.draft`; absent for a start. */
  readonly step?: string | undefined;
  readonly tool?: string | undefined;
  readonly model?: string | undefined;
  readonly agent?: string | undefined;
}

/**
 * How much may begin in a time. A bucket holds as much as one window allows and is filled again evenly: after a pause that much
 * may come at once.
 */
export interface RatePolicy {
  /** How often. At least 1. */
  readonly requests?: number | undefined;
  /** Input and output together: the most that a call may use is taken, and what it has not used is given back. At least 1. */
  readonly tokens?: number | undefined;
  /** Time in which the bucket is filled from empty. */
  readonly window: Duration;
  /**
   * What of a run, or of a call in one, has to keep to it comes too early. `wait`: until its turn, by a timer of the run. A start is
   * always refused.
   * @default 'wait'
   */
  readonly onExceeded?: 'wait' | 'fail' | undefined;
  /** Splits the bucket further: by what it gives. @default one bucket for each of the scope */
  readonly key?: ((subject: RateSubject) => string | undefined) | undefined;
  /** What does not count. @default everything counts */
  readonly skipIf?: ((subject: RateSubject) => boolean) | undefined;
}

/** Which values each takes. */
export const ratePolicyRules = {
  requests: option.whole(1),
  tokens: option.whole(1),
  window: option.duration,
  onExceeded: option.oneOf('wait', 'fail'),
  key: option.pure,
  skipIf: option.pure,
} as const satisfies OptionRules<RatePolicy>;

/** What is missing in a policy whose values are of the right kind. */
export function ratePolicyProblems(
  { requests, tokens, window }: Partial<RatePolicy>,
  path: string,
): readonly string[] {
  return [
    ...(requests === undefined && tokens === undefined
      ? [`${path} limits nothing: set requests, tokens, or both.`]
      : []),
    ...(window === undefined ? [`${path}.window is missing: a duration, such as '1m'.`] : []),
    ...(window !== undefined && milliseconds(window) === 0
      ? [`${path}.window has to be longer than nothing.`]
      : []),
  ];
}
