import type { WorkflowCheck } from './check.js';
import { reviewOptions, stepOptions, workflowOptions } from '../options/option-tables.js';

/** No unknown options, none that isn't built yet, no value that can't be. */
export const checkWorkflowOptions: WorkflowCheck = ({ source }) => [
  ...workflowOptions(source.options, `${source.where}: @Workflow `),
  ...source.steps.flatMap((step) => [
    ...stepOptions(step.options, `${step.where}: @Step `),
    ...(step.review ? reviewOptions(step.review, `${step.where}: @HumanReview `) : []),
  ]),
];
