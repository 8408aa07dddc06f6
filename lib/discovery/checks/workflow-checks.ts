import type { WorkflowDraft } from '../define/define-workflow.js';
import type { WorkflowCheck } from './check.js';
import { checkCombinations } from './combinations.js';
import { checkEnhancers } from './enhancers.js';
import { checkGraph } from './graph.js';
import { checkLoops } from './loops.js';
import { checkMethods } from './methods.js';
import { checkWorkflowOptions } from './options.js';
import { checkParameters } from './parameters.js';
import { checkStepNames } from './step-names.js';
import { checkTriggers } from './triggers.js';

/** What is checked of each workflow by itself; a new family of checks is added here. */
const checks: readonly WorkflowCheck[] = [
  checkWorkflowOptions,
  checkStepNames,
  checkMethods,
  checkParameters,
  checkGraph,
  checkLoops,
  checkCombinations,
  checkEnhancers,
  checkTriggers,
];

export function checkWorkflow(draft: WorkflowDraft): readonly string[] {
  return checks.flatMap((check) => check(draft));
}
