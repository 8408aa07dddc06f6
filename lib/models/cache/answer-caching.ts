import { type Duration, milliseconds } from '../../clock/index.js';
import { InputValidationError } from '../../errors/index.js';
import type { CacheScope, CallCaching } from '../../scope/index.js';
import { type JsonValue, noUsage, option, type OptionRules } from '../../values/index.js';
import type { ModelAnswer } from '../provider/model-provider.js';
import { sentFields } from '../provider/sent-fields.js';

/** How answers are given again where the same is asked. */
export interface CacheSettings {
  /** How long. */
  readonly ttl: Duration;
  /** For whom: the same person, everybody of the tenant, everybody. @default 'tenant' */
  readonly scope?: CacheScope | undefined;
}

/** What of it is wrong, each as one sentence. */
export const cacheRules = option.fields({
  ttl: option.duration,
  scope: option.oneOf('user', 'tenant', 'global'),
} satisfies OptionRules<CacheSettings>);

/** @throws {InputValidationError} */
export function readCacheSettings(given: unknown, path: string): CacheSettings {
  const problems = cacheProblems(given, path);
  if (problems.length > 0) throw new InputValidationError(problems.join(' '));
  // As the rules have found it.
  return given as CacheSettings;
}

export function cacheProblems(given: unknown, path: string): readonly string[] {
  const hasTtl = typeof given === 'object' && given !== null && 'ttl' in given && given.ttl !== undefined;
  return [
    ...cacheRules(given, path),
    ...(hasTtl ? [] : [`${path}.ttl is missing: how long answers are given again.`]),
  ];
}

/** What the gate is told of it. */
export function answerCaching({ ttl, scope = 'tenant' }: CacheSettings): CallCaching {
  return {
    ttl: milliseconds(ttl),
    scope,
    // A request that went through the gate is JSON.
    key: (args) => sentFields(args as Readonly<Record<string, JsonValue>>),
    reused: (result, { runId, saved }) => {
      const answer = result as unknown as ModelAnswer;
      const { inputTokens, outputTokens } = noUsage;
      const reused = { ...answer, usage: { inputTokens, outputTokens }, cached: { runId, usd: saved.usd } };
      return reused as unknown as JsonValue;
    },
  };
}
