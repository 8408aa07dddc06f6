import type { Duration } from '../../clock/index.js';
import type { AccessRule, Effect, OnInDoubt } from '../../scope/index.js';
import type { Schema } from '../../values/index.js';
import type { RetryOptions } from '../step/retry.options.js';

/** Options of `@Tool`. */
export interface ToolOptions {
  /** What models and policies call it. @default the method's name */
  readonly name?: string;
  /** What it does and when to use it: models choose by this text. */
  readonly description: string;
  /** Class or Standard Schema of the input. @default the class of the first parameter */
  readonly input?: Schema;
  /** Validates the result. */
  readonly output?: Schema;
  /** What repeating it would do to the world: `'none'`, `'idempotent'` or `'irreversible'`. @default 'irreversible' */
  readonly effect?: Effect;
  /** What happens when its outcome is unknown: `'review'`, `'retry'` or `'fail'`. @default 'review' if irreversible, else 'retry' */
  readonly onInDoubt?: OnInDoubt;
  /** How a failed call is attempted again. @default 3 attempts, 1 if irreversible */
  readonly retry?: RetryOptions;
  /** Of one attempt. @default '1m' */
  readonly timeout?: Duration;
  /** Who may run into it: roles of which the run's principal needs one, or a rule for the `AccessPolicy`. @default anybody */
  readonly access?: AccessRule;
  /** For people. */
  readonly tags?: readonly string[];
}
