import type { WorkflowCheck } from './check.js';
import { reviewRules, stepRules, workflowRules } from '../../decorators/index.js';

/** No unknown options, none that isn't built yet, no value that can't be. */
export const checkWorkflowOptions: WorkflowCheck = ({ source }) => [
  ...workflowRules(source.options, `${source.where}: @Workflow `),
  ...source.steps.flatMap((step) => [
    ...stepRules(step.options, `${step.where}: @Step `),
    ...(step.review ? reviewRules(step.review, `${step.where}: @HumanReview `) : []),
  ]),
];
