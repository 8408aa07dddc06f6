import { option, type OptionRules } from '../../values/index.js';
import { cacheRules } from '../cache/answer-caching.js';
import type { AliasOptions, ModelsOptions } from '../models-options.js';
import { breakerRules } from './breaker-options.js';
import { fallbackReasons } from './fallback-reason.js';

type Aliases = NonNullable<ModelsOptions['aliases']>;

/** Which values each takes. */
export const aliasRules = option.fields({
  models: option.anything,
  strategy: option.oneOf('order', 'cheapest'),
  breaker: breakerRules,
  fallbackOn: option.eachOf(option.oneOf(...fallbackReasons)),
  cache: cacheRules,
} satisfies OptionRules<AliasOptions>);

/** What an alias stands for, whichever way it is written. */
export function aliasOf(target: Aliases[string]): AliasOptions {
  if (typeof target === 'string') return { models: [target] };
  return isList(target) ? { models: target } : target;
}

function isList(target: readonly string[] | AliasOptions): target is readonly string[] {
  return Array.isArray(target);
}
