import { type Duration, milliseconds } from '../clock/index.js';
import { retryRules } from '../decorators/index.js';
import { suggestion } from '../text/index.js';
import { errorMessage } from '../errors/index.js';
import { cacheProblems } from './cache/answer-caching.js';
import { aliasOf, aliasRules } from './routing/alias.js';
import type { ModelsOptions } from './models-options.js';
import { isCountFromOne } from './provider/request-limits.js';

/** Everything that is wrong with the `models` option, each as one sentence. Empty if all is well. */
export function modelsOptionProblems(options: ModelsOptions): string[] {
  return [
    ...providerProblems(options),
    ...aliasProblems(options),
    ...defaultProblems(options),
    ...numberProblems(options),
    ...windowProblems(options),
    ...(options.cache === undefined ? [] : cacheProblems(options.cache, 'models.cache')),
  ];
}

function providerProblems({ providers }: ModelsOptions): string[] {
  const names = providers.map(({ name }) => name);
  return [
    ...(names.length === 0 ? [`models.providers is empty: list at least one, e.g. openai({ apiKey })`] : []),
    ...names
      .filter((name) => name === '' || name.includes('/'))
      .map(
        (name) =>
          `models.providers: '${name}' can't be the name of a provider: it must not be empty or hold a '/'`,
      ),
    ...new Set(
      names
        .filter((name, index) => names.indexOf(name) !== index)
        .map(
          (name) =>
            `models.providers: two have the name '${name}': give one of them another with its option 'name'`,
        ),
    ),
  ];
}

function aliasProblems(options: ModelsOptions): string[] {
  return Object.entries(options.aliases ?? {}).flatMap(([alias, targets]) => {
    const { models: listed, cache, ...others } = aliasOf(targets);
    // Plain JavaScript can leave them out.
    const models = Array.isArray(listed) ? listed : [];
    return [
      ...aliasRules(others, `models.aliases.${alias}`),
      ...(alias.includes('/')
        ? [`models.aliases: '${alias}' must not hold a '/', or it reads like a model`]
        : []),
      ...(cache === undefined ? [] : cacheProblems(cache, `models.aliases.${alias}.cache`)),
      ...(models.length === 0 ? [`models.aliases.${alias} is empty: list at least one model`] : []),
      ...models.flatMap((model) => modelProblems(model, `models.aliases.${alias}`, options)),
    ];
  });
}

function defaultProblems(options: ModelsOptions): string[] {
  const { default: name, aliases = {} } = options;
  if (name === undefined || Object.hasOwn(aliases, name)) return [];
  if (name.includes('/')) return modelProblems(name, 'models.default', options);
  return [
    `models.default: '${name}' is not an alias, and models are written 'provider/model'.${suggestion(name, Object.keys(aliases))}`,
  ];
}

function modelProblems(model: string, where: string, { providers, aliases = {} }: ModelsOptions): string[] {
  const slash = model.indexOf('/');
  if (Object.hasOwn(aliases, model))
    return [`${where}: '${model}' is an alias itself: list models, 'provider/model'`];
  if (slash <= 0 || slash === model.length - 1)
    return [`${where}: '${model}' is not written 'provider/model'`];
  const names = providers.map(({ name }) => name);
  const provider = model.slice(0, slash);
  if (names.includes(provider)) return [];
  return [
    `${where}: '${model}' needs a provider '${provider}', and models.providers has none of that name.${suggestion(provider, names)}`,
  ];
}

function numberProblems({ maxTokens, maxTurns, timeout, maxRetryAfter, retry }: ModelsOptions): string[] {
  const counts = { maxTokens, maxTurns };
  return [
    ...Object.entries(counts)
      .filter(([, value]) => value !== undefined && !isCountFromOne(value))
      .map(([name, value]) => `models.${name} is ${String(value)}: it must be a whole number from 1 up`),
    ...(retry === undefined ? [] : retryRules(retry, 'models.retry')),
    ...Object.entries({ timeout, maxRetryAfter }).flatMap(([name, value]) => durationProblems(name, value)),
  ];
}

function windowProblems({ windows = {} }: ModelsOptions): string[] {
  return Object.entries(windows).flatMap(([model, tokens]) => [
    ...(model.indexOf('/') > 0 ? [] : [`models.windows: '${model}' is not written 'provider/model'`]),
    ...(isCountFromOne(tokens)
      ? []
      : [`models.windows['${model}'] is ${String(tokens)}: it must be a whole number of tokens from 1 up`]),
  ]);
}

function durationProblems(name: string, duration: Duration | undefined): string[] {
  try {
    if (duration !== undefined) milliseconds(duration);
    return [];
  } catch (error) {
    return [`models.${name}: ${errorMessage(error)}`];
  }
}
