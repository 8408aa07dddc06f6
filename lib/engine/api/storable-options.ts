import { conversationUse, conversationUseProblems } from '../../conversations/index.js';
import { budgetRules } from '../../decorators/index.js';
import { InputValidationError } from '../../errors/index.js';
import { assertIdentifier } from '../../values/index.js';
import type { StartOptions } from './start-options.js';

/** Most tags of one run. */
const mostNames = 200;

/**
 * What a run is started with, as it is now: names and keys are refused where they can't be stored,
 * and budgets that limit nothing. Its principal has
 * been read by then.
 * @throws {InputValidationError}
 */
export function storableOptions(workflow: string, options: StartOptions): StartOptions {
  const { idempotencyKey, tags, correlationId, budget, conversation } = options;
  if (idempotencyKey !== undefined) assertIdentifier(idempotencyKey, `The idempotencyKey for ${workflow}`);
  if (correlationId !== undefined) assertIdentifier(correlationId, `The correlationId for ${workflow}`);
  if (tags !== undefined) assertNames(tags, `The tags for ${workflow}`);
  if (budget !== undefined) assertBudget(budget, workflow);
  if (conversation !== undefined) assertConversation(conversation, workflow);
  return {
    ...options,
    ...(tags === undefined ? {} : { tags: [...tags] }),
    ...(budget === undefined ? {} : { budget: { ...budget } }),
    ...(conversation === undefined ? {} : { conversation: conversationUse(conversation) }),
  };
}

/** What would not be a limit is refused: nothing is more than NaN. */
function assertBudget(budget: unknown, workflow: string): void {
  const problems = budgetRules(budget, 'budget');
  if (problems.length === 0) return;
  throw new InputValidationError(`${workflow} was not started: ${problems.join(' ')}`, {
    details: { workflow, problems },
  });
}

function assertConversation(use: unknown, workflow: string): void {
  const problems = conversationUseProblems(use, 'conversation');
  if (problems.length === 0) return;
  throw new InputValidationError(`${workflow} was not started: ${problems.join(' ')}`, {
    details: { workflow, problems },
  });
}

function assertNames(names: unknown, what: string): void {
  if (!Array.isArray(names) || names.length > mostNames)
    throw new InputValidationError(`${what} have to be a list of at most ${mostNames} texts`);
  for (const [index, name] of names.entries()) assertIdentifier(name, `${what} at [${index}]`);
}
