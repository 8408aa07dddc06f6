import { option, type OptionRules } from '../../values/index.js';
import { type ConcurrencyLimit, concurrencyScopes } from './concurrency-limit.js';

const fields = option.fields({
  scope: option.oneOf(...concurrencyScopes),
  for: option.text,
  calls: option.whole(1),
  onExceeded: option.oneOf('wait', 'fail'),
  key: option.pure,
  skipIf: option.pure,
} satisfies OptionRules<ConcurrencyLimit>);

/** Everything that is wrong with `concurrencyLimits`. */
export function concurrencyLimitProblems(limits: unknown): string[] {
  if (!Array.isArray(limits)) return ['concurrencyLimits has to be a list of limits.'];
  const problems = limits.flatMap((limit: unknown, index) =>
    problemsOf(limit, `concurrencyLimits[${index}]`),
  );
  return problems.length > 0 ? problems : doubles(limits as readonly ConcurrencyLimit[]);
}

function problemsOf(limit: unknown, path: string): string[] {
  if (typeof limit !== 'object' || limit === null) return [`${path} has to be an object.`];
  const { scope, calls } = limit as Partial<ConcurrencyLimit>;
  return [
    ...fields(limit, path),
    ...(scope === undefined ? [`${path}.scope is missing: one of ${concurrencyScopes.join(', ')}.`] : []),
    ...(calls === undefined ? [`${path}.calls is missing: how many may be in flight at once.`] : []),
  ];
}

/** Two of the same would be counted as one. */
function doubles(limits: readonly ConcurrencyLimit[]): string[] {
  const names = limits.map(({ scope, for: one, key }) => JSON.stringify([scope, one, key !== undefined]));
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    return first < index
      ? [
          `concurrencyLimits[${index}] is of the same scope and name as concurrencyLimits[${first}]: make one of them.`,
        ]
      : [];
  });
}
