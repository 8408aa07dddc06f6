import type {
  AccessRule,
  Effect,
  OnInDoubt,
  RatePolicy,
  RetryPolicy,
  ReviewDefinition,
} from '../../scope/index.js';
import type { Schema } from '../../values/index.js';

/** `@Tool` (and `@HumanReview` on it) with every default filled in. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** Class or Standard Schema of the one parameter; absent for a tool without parameters. */
  readonly input?: Schema | undefined;
  readonly output?: Schema | undefined;
  readonly effect: Effect;
  readonly onInDoubt: OnInDoubt;
  /** It may be performed twice with the same arguments. */
  readonly repeatable: boolean;
  readonly retry: RetryPolicy;
  /** Milliseconds. */
  readonly timeout: number;
  readonly access?: AccessRule | undefined;
  readonly rateLimits?: readonly RatePolicy[] | undefined;
  readonly tags: readonly string[];
  /** Not the server performs it: the user's client answers in its place. */
  readonly performedBy?: 'client' | undefined;
  readonly review?: ReviewDefinition | undefined;
  /** `CaseService.open`, for messages. */
  readonly where: string;
}
