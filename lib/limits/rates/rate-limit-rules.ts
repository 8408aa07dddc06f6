import { ratePolicyProblems, ratePolicyRules } from '../../scope/index.js';
import { option, type OptionRules } from '../../values/index.js';
import { type RateLimit, rateScopes } from './rate-limit.js';

const fields = option.fields({
  scope: option.oneOf(...rateScopes),
  for: option.text,
  ...ratePolicyRules,
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
  const policy = limit as Partial<RateLimit>;
  const { scope, tokens } = policy;
  if (scope === undefined) problems.push(`${path}.scope is missing: one of ${rateScopes.join(', ')}.`);
  problems.push(...ratePolicyProblems(policy, path));
  if (scope === 'tool' && tokens !== undefined)
    problems.push(
      `${path}.tokens: tools use no tokens; limit those of the model, the agent or the workflow.`,
    );
  return problems;
}
