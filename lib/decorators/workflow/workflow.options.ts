import type { Duration } from '../../clock/index.js';
import type { AccessRule, RatePolicy, WorkflowAccess } from '../../scope/index.js';
import { option, type OptionRules } from '../../values/index.js';
import { rateLimitRule } from '../rate-limit-rule.js';
import { workflowAccessRule } from '../access-rules.js';
import type { RunBudget } from '../../workflow/index.js';
import { readProperty } from '../../text/index.js';
import { type RetryOptions, retryRules } from '../step/retry.options.js';
import type { StepNames } from '../step/step-types.js';

/** Options of `@Workflow`. `T` is the class. */
export interface WorkflowOptions<T = object> {
  /** What runs, messages and the registry call it. @default the class name in kebab case without "Workflow" */
  readonly name?: string | undefined;
  /** For people; recorded in `run.created`. @default '1' */
  readonly version?: string | undefined;
  /** For people. */
  readonly description?: string | undefined;
  /** The step whose output is the run's. Required with several last steps. @default `static result`, or the only last step */
  readonly result?: StepNames<T> | undefined;
  /** Longest active time of a run; waiting does not count. @default none */
  readonly timeout?: Duration | undefined;
  /** Runs at the same time, over all processes on the database. @default unbounded */
  readonly concurrency?: number | undefined;
  /** `retry` and `timeout` of its steps where they say nothing. */
  readonly defaults?:
    { readonly retry?: RetryOptions | undefined; readonly timeout?: Duration | undefined } | undefined;
  /** Most that one run may use. @default none */
  readonly budget?: RunBudget | undefined;
  /** How often it may start, and how many tokens its runs may use, in a time. @default no limit */
  readonly rateLimit?: RatePolicy | readonly RatePolicy[] | undefined;
  /**
   * Who may start it: roles of which one is enough, or a rule for the `AccessPolicy`; or `{ start, read, decide }`, also who may
   * look at all of its runs and decide its reviews. @default anybody starts it
   */
  readonly access?: AccessRule | WorkflowAccess | undefined;
  /** What happens to runs that began with another definition: `'refuse'`, `'pin'` or `'continue'`. @default 'refuse' */
  readonly onChange?: 'refuse' | 'pin' | 'continue' | undefined;
}

const budgetFields = option.fields({
  usd: option.numeric(0),
  tokens: option.whole(0),
  calls: option.whole(0),
  onExceeded: option.oneOf('fail', 'pause', 'degrade'),
  warnAt: option.somePart,
} satisfies OptionRules<RunBudget>);

/** Which values each part of a budget takes. */
export function budgetRules(budget: unknown, path: string): readonly string[] {
  const isWithoutEffect =
    readProperty(budget, 'warnAt') !== undefined && readProperty(budget, 'onExceeded') !== 'degrade';
  return [
    ...budgetFields(budget, path),
    ...(isWithoutEffect
      ? [`${path}.warnAt has no effect without onExceeded: 'degrade': set both, or none.`]
      : []),
  ];
}

/** Which values each takes. */
export const workflowRules = option.fields({
  name: option.text,
  version: option.text,
  description: option.anything,
  result: option.text,
  timeout: option.duration,
  concurrency: option.whole(1),
  defaults: option.fields({ retry: retryRules, timeout: option.duration }),
  budget: budgetRules,
  access: workflowAccessRule,
  rateLimit: rateLimitRule,
  onChange: option.oneOf('refuse', 'pin', 'continue'),
} satisfies OptionRules<WorkflowOptions>);
