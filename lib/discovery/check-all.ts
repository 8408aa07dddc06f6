import { InvalidWorkflowDefinitionError } from '../errors/index.js';
import { checkAcross } from './checks/cross-checks.js';
import { checkGuardrails } from './checks/guardrails.js';
import { checkTools } from './checks/tools.js';
import { checkWorkflow } from './checks/workflow-checks.js';
import type { Found } from './found.js';

/** Every problem of everything that was found. */
export function problemsOf(found: Found): readonly string[] {
  const all = [
    ...found.workflows.flatMap(checkWorkflow),
    ...checkTools(found.tools),
    ...checkGuardrails(found),
    ...checkAcross(found),
    ...found.misplaced,
  ];
  // A class and its instance may tell of the same.
  return [...new Set(all)];
}

/** @throws {InvalidWorkflowDefinitionError} that lists all problems, if there are any. */
export function refuseProblems(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const list = problems.map((problem, index) => `  ${index + 1}. ${problem}`).join('\n');
  throw new InvalidWorkflowDefinitionError(
    `${problems.length === 1 ? 'A definition is' : `Definitions are`} not valid, ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}:\n${list}`,
    { details: { problems } },
  );
}
