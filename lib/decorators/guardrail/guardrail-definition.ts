import type { GuardrailPoint, GuardrailSubject } from './guardrail-subject.js';
import type { Verdict } from './verdict.js';

/** A guardrail with every default filled in: a `@Guardrail` method, or a built-in one from the module options. */
export interface GuardrailDefinition {
  readonly name: string;
  readonly at: readonly GuardrailPoint[];
  /** Names it is limited to; absent: all. */
  readonly workflows?: readonly string[] | undefined;
  readonly steps?: readonly string[] | undefined;
  readonly tools?: readonly string[] | undefined;
  readonly agents?: readonly string[] | undefined;
  /** Lower first. @default 0 */
  readonly order: number;
  /** `monitor`: the verdict is recorded and nothing is done about it. */
  readonly mode: 'enforce' | 'monitor';
  /** What an error or a timeout in the guardrail itself means. */
  readonly onError: 'block' | 'allow';
  /** It looks at a request to a model while that is being answered. @default false */
  readonly parallel?: boolean | undefined;
  /** Milliseconds. */
  readonly timeout: number;
  /** @param signal aborts when the verdict is no longer waited for, after `timeout`; absent where there is no timeout */
  evaluate(subject: GuardrailSubject, signal?: AbortSignal): Verdict | Promise<Verdict>;
}
