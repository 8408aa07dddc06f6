import type { AliasOptions, ModelsOptions } from '../models-options.js';

type Aliases = NonNullable<ModelsOptions['aliases']>;

/** What an alias stands for, whichever way it is written. */
export function aliasOf(target: Aliases[string]): AliasOptions {
  if (typeof target === 'string') return { models: [target] };
  return isList(target) ? { models: target } : target;
}

function isList(target: readonly string[] | AliasOptions): target is readonly string[] {
  return Array.isArray(target);
}
