import type { Duration } from '../../clock/index.js';
import type { CacheScope } from '../../scope/index.js';
import { option, type OptionRule, type OptionRules } from '../../values/index.js';
import type { StepView } from './step-types.js';

/** How the output of a step is given again, in place of an equal activation. */
export interface StepCacheOptions<T, I = unknown> {
  /** How long. */
  readonly ttl: Duration;
  /** What the output depends on: JSON. Of an item of `forEach`, its element counts as well. Pure. */
  readonly key: (view: StepView<T, I>) => unknown;
  /** Change it when the code of the step gives something else. @default '1' */
  readonly version?: string | undefined;
  /** For whom: the same person, everybody of the tenant, everybody. @default 'tenant' */
  readonly scope?: CacheScope | undefined;
}

const fields = option.fields({
  ttl: option.duration,
  key: option.pure,
  version: option.text,
  scope: option.oneOf('user', 'tenant', 'global'),
} satisfies OptionRules<StepCacheOptions<object>>);

export const stepCacheRule: OptionRule = (value, path) => [
  ...fields(value, path),
  ...(['ttl', 'key'] as const)
    .filter((name) => typeof value === 'object' && value !== null && Reflect.get(value, name) === undefined)
    .map((name) => `${path}.${name} is missing.`),
];
