import type { Duration } from '../../clock/index.js';
import { option, type OptionRules } from '../../values/index.js';
import { type GuardrailPoint, guardrailPoints } from './guardrail-subject.js';
import type { WorkflowClass } from '../workflow/workflow-class.js';

/** Options of `@Guardrail`. */
export interface GuardrailOptions {
  /** Where it applies: one or many of the points. */
  readonly at: GuardrailPoint | readonly GuardrailPoint[];
  /** In records and messages. @default `Class.method` */
  readonly name?: string | undefined;
  /** Names or classes of workflows that it is limited to. @default all */
  readonly workflows?: readonly (string | WorkflowClass)[] | undefined;
  /** Names of steps. @default all */
  readonly steps?: readonly string[] | undefined;
  /** Names of tools. @default all */
  readonly tools?: readonly string[] | undefined;
  /** Names of agents. @default all */
  readonly agents?: readonly string[] | undefined;
  /** Lower first. @default 0 */
  readonly order?: number | undefined;
  /** `'monitor'`: the verdict is recorded and nothing is done about it. @default 'enforce' */
  readonly mode?: 'enforce' | 'monitor' | undefined;
  /** What an error or a timeout in the guardrail itself means. @default 'block' */
  readonly onError?: 'block' | 'allow' | undefined;
  /**
   * Only at `model.request`: the request is sent at once, and nothing of the answer is told, recorded or acted upon before the
   * verdict is there. What it would change counts as `block`. @default false
   */
  readonly parallel?: boolean | undefined;
  /** Of one verdict. @default '10s' */
  readonly timeout?: Duration | undefined;
}

const point = option.oneOf(...guardrailPoints);

/** Which values each takes. */
export const guardrailRules = option.fields({
  at: (value, path) => (Array.isArray(value) ? value : [value]).flatMap((each) => point(each, path)),
  name: option.text,
  workflows: option.anything,
  steps: option.anything,
  tools: option.anything,
  agents: option.anything,
  order: option.numeric(Number.NEGATIVE_INFINITY),
  mode: option.oneOf('enforce', 'monitor'),
  onError: option.oneOf('block', 'allow'),
  parallel: option.truth,
  timeout: option.duration,
} satisfies OptionRules<GuardrailOptions>);
