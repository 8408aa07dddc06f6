import type { ConversationUse } from '../../scope/index.js';
import type { Principal } from '../../values/index.js';
import type { RunBudget } from '../../workflow/index.js';

export interface StartOptions {
  /** Who starts the run. @default the current principal */
  readonly principal?: Principal | undefined;
  /** Unique per tenant and workflow: the same key and input give the same run, another input is refused. */
  readonly idempotencyKey?: string | undefined;
  /** For finding runs again. */
  readonly tags?: readonly string[] | undefined;
  /** Most that the run may use. @default that of the workflow */
  readonly budget?: RunBudget | undefined;
  /** Higher first. @default 0 */
  readonly priority?: number | undefined;
  /** Of the run of an agent: the conversation in which it answers, by id, or with how much of it is shown. */
  readonly conversation?: string | ConversationUse | undefined;
  /**
   * Whether its agents' answers come as streams in any case, so that a listener that comes later first hears what was said so
   * far. @default only where somebody listens
   */
  readonly stream?: boolean | undefined;
  /** Carried along for the host's own purposes. */
  readonly correlationId?: string | undefined;
}
