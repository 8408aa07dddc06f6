import { option, type OptionRules } from '../../values/index.js';
import { budgetUnits } from '../../workflow/index.js';
import { type SharedBudget, sharedScopes, budgetWindows } from './shared-budget.js';

const fields = option.fields({
  scope: option.oneOf(...sharedScopes),
  for: option.text,
  usd: option.numeric(0),
  tokens: option.whole(0),
  calls: option.whole(0),
  window: option.oneOf(...budgetWindows),
  timeZone: timeZone,
  warnAt: option.somePart,
  onExceeded: option.oneOf('fail', 'pause'),
} satisfies OptionRules<SharedBudget>);

/** Everything that is wrong with `budgets`. */
export function sharedBudgetProblems(budgets: unknown): string[] {
  if (!Array.isArray(budgets)) return ['budgets has to be a list of budgets.'];
  const problems = budgets.flatMap((budget: unknown, index) => problemsOf(budget, `budgets[${index}]`));
  return problems.length > 0 ? problems : doubles(budgets as readonly SharedBudget[]);
}

function problemsOf(budget: unknown, path: string): string[] {
  if (typeof budget !== 'object' || budget === null) return [`${path} has to be an object.`];
  const problems = [...fields(budget, path)];
  if (!('scope' in budget)) problems.push(`${path}.scope is missing: one of ${sharedScopes.join(', ')}.`);
  if (!budgetUnits.some((unit) => unit in budget))
    problems.push(`${path} limits nothing: set ${budgetUnits.join(', ')}, or several of them.`);
  return problems;
}

/** Two budgets of the same would both hold, and nobody could say which is raised. */
function doubles(budgets: readonly SharedBudget[]): string[] {
  const names = budgets.map(({ scope, window = 'ever', for: one }) => JSON.stringify([scope, window, one]));
  return names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [
          `budgets[${index}] is of the same scope, window and name as budgets[${names.indexOf(name)}]: make one of them.`,
        ]
      : [],
  );
}

function timeZone(value: unknown, path: string): readonly string[] {
  try {
    const isKnown = typeof value === 'string' && Intl.DateTimeFormat('en-US', { timeZone: value });
    return isKnown ? [] : [`${path} has to be the name of a time zone, such as 'Europe/Berlin'.`];
  } catch {
    return [`${path} is '${value}', which is not a time zone: write its IANA name, such as 'Europe/Berlin'.`];
  }
}
