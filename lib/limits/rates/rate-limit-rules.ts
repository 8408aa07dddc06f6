import { milliseconds } from '../../clock/index.js';
import { option, type OptionRules } from '../../values/index.js';
import { type RateLimit, rateScopes } from './rate-limit.js';

const fields = option.fields({
  scope: option.oneOf(...rateScopes),
  for: option.text,
  requests: option.whole(1),
  tokens: option.whole(1),
  window: option.duration,
  onExceeded: option.oneOf('wait', 'fail'),
  key: option.pure,
  skipIf: option.pure,
} satisfies OptionRules<RateLimit>);

/** Everything that is wrong with `rateLimits`. */
export function rateLimitProblems(limits: unknown): string[] {
  if (!Array.isArray(limits)) return ['rateLimits has to be a list of rate limits.'];
  return limits.flatMap((limit: unknown, index) => problemsOf(limit, `rateLimits[${index}]`));
}

function problemsOf(limit: unknown, path: string): string[] {
  if (typeof limit !== 'object' || limit === null) return [`${path} has to be an object.`];
  const problems = [...fields(limit, path)];
  if (problems.length > 0) return problems;
  const { scope, requests, tokens, window } = limit as Partial<RateLimit>;
  if (scope === undefined) problems.push(`${path}.scope is missing: one of ${rateScopes.join(', ')}.`);
  if (requests === undefined && tokens === undefined)
    problems.push(`${path} limits nothing: set requests, tokens, or both.`);
  if (scope === 'tool' && tokens !== undefined)
    problems.push(
      `${path}.tokens: tools use no tokens; limit those of the model, the agent or the workflow.`,
    );
  if (window === undefined) problems.push(`${path}.window is missing: a duration, such as '1m'.`);
  else if (milliseconds(window) === 0) problems.push(`${path}.window has to be longer than nothing.`);
  return problems;
}
