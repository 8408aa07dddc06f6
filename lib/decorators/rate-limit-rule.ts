import { type RatePolicy, ratePolicyProblems, ratePolicyRules } from '../scope/index.js';
import { option, type OptionRule } from '../values/index.js';

const fields = option.fields(ratePolicyRules);

/** One policy, or a list of them. */
export const rateLimitRule: OptionRule = (value, path) =>
  Array.isArray(value)
    ? value.flatMap((one: unknown, index) => problemsOf(one, `${path}[${index}]`))
    : problemsOf(value, path);

function problemsOf(value: unknown, path: string): readonly string[] {
  const problems = fields(value, path);
  return problems.length > 0 ? problems : ratePolicyProblems(value as Partial<RatePolicy>, path);
}

/** The option in the form of definitions. What is neither is for the check of the options to say. */
export function ratePolicies(
  written: RatePolicy | readonly RatePolicy[] | undefined,
): readonly RatePolicy[] | undefined {
  if (written === undefined) return undefined;
  // Array.isArray does not narrow read-only lists.
  const list = Array.isArray(written) ? (written as readonly RatePolicy[]) : [written as RatePolicy];
  return list.length === 0 ? undefined : list;
}
