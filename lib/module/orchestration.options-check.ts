import { InvalidOptionsError } from '../errors/index.js';
import { concurrencyLimitProblems, rateLimitProblems, sharedBudgetProblems } from '../limits/index.js';
import { modelsOptionProblems, pricesOptionProblems } from '../models/index.js';
import { extraOptions, moduleOptions } from './orchestration.option-rules.js';
import type { OrchestrationExtras, OrchestrationOptions } from './orchestration.options.js';

/** Everything that is wrong with the options. */
export function optionProblems(options: OrchestrationOptions): string[] {
  const { models, prices, budgets, rateLimits, concurrencyLimits } = options;
  return [
    ...moduleOptions(options, ''),
    ...(models ? modelsOptionProblems(models) : []),
    ...(rateLimits === undefined ? [] : rateLimitProblems(rateLimits)),
    ...(concurrencyLimits === undefined ? [] : concurrencyLimitProblems(concurrencyLimits)),
    ...(budgets === undefined ? [] : sharedBudgetProblems(budgets)),
    ...(prices === undefined ? [] : pricesOptionProblems(prices)),
  ];
}

/** @throws {InvalidOptionsError} that lists all problems */
export function checkOptions(options: OrchestrationOptions): OrchestrationOptions {
  refuse(optionProblems(options));
  return options;
}

/** @throws {InvalidOptionsError} that lists all problems of what is beside a factory */
export function checkExtras(extras: { readonly [Name in keyof OrchestrationExtras]: unknown }): void {
  refuse(extraOptions(extras, ''));
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const list = problems.map((problem, index) => `  ${index + 1}. ${problem}`).join('\n');
  throw new InvalidOptionsError(
    `The options of OrchestrationModule have ${problems.length} problem(s):\n${list}`,
    { details: { problems } },
  );
}
