import type { Duration } from '../../clock/index.js';
import type { AccessRule, Effect, OnInDoubt, RatePolicy } from '../../scope/index.js';
import { option, type OptionRules, type Schema } from '../../values/index.js';
import { rateLimitRule } from '../rate-limit-rule.js';
import { accessRule } from '../access-rules.js';
import { effectRule, onInDoubtRule } from '../defaults.js';
import { type RetryOptions, retryRules } from '../step/retry.options.js';

/** Options of `@Tool`. */
export interface ToolOptions {
  /** What models and policies call it. @default the method's name */
  readonly name?: string | undefined;
  /** What it does and when to use it: models choose by this text. */
  readonly description: string;
  /** Class or Standard Schema of the input. @default the class of the first parameter */
  readonly input?: Schema | undefined;
  /** Validates the result. */
  readonly output?: Schema | undefined;
  /** What repeating it would do to the world: `'none'`, `'idempotent'` or `'irreversible'`. @default 'irreversible' */
  readonly effect?: Effect | undefined;
  /** What happens when its outcome is unknown: `'review'`, `'retry'` or `'fail'`. @default 'review' if irreversible, else 'retry' */
  readonly onInDoubt?: OnInDoubt | undefined;
  /**
   * Whether an irreversible tool is performed again where one answer of a model calls it twice with the same arguments. If
   * not, the model is told that it was done once. @default false
   */
  readonly repeatable?: boolean | undefined;
  /** How a failed call is attempted again. @default 3 attempts, 1 if irreversible */
  readonly retry?: RetryOptions | undefined;
  /**
   * `'client'`: not this method but the user's browser or app performs it, as `nestjs-nestor/ui` tells it, and sends the result, which
   * `output` and guardrails check: it is what the user says, so do not decide by it what the user may do. The method's body is
   * never run. Goes without `effect`, `onInDoubt`, `repeatable`, `retry`. @default 'server'
   */
  readonly performedBy?: 'server' | 'client' | undefined;
  /** Of one attempt; of a tool that the client performs, until the result has to be there. @default '1m'; 15 minutes */
  readonly timeout?: Duration | undefined;
  /** Who may run into it: roles of which the run's principal needs one, or a rule for the `AccessPolicy`. @default anybody */
  readonly access?: AccessRule | undefined;
  /** How often it may be called in a time: `requests`. @default no limit */
  readonly rateLimit?: RatePolicy | readonly RatePolicy[] | undefined;
  /** For people. */
  readonly tags?: readonly string[] | undefined;
}

/** Which values each takes. */
export const toolRules = option.fields(
  {
    name: option.text,
    description: option.text,
    input: option.anything,
    output: option.anything,
    effect: effectRule,
    onInDoubt: onInDoubtRule,
    repeatable: option.truth,
    retry: retryRules,
    performedBy: option.oneOf('server', 'client'),
    timeout: option.duration,
    access: accessRule,
    rateLimit: rateLimitRule,
    tags: option.anything,
  } satisfies OptionRules<ToolOptions>,
  ['budget'],
);
