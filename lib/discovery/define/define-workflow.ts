import { millisecondsOr, ratePolicies } from '../../decorators/index.js';
import { workflowAccess } from '../../scope/index.js';
import { given } from '../../values/index.js';
import { definitionHash, resultStep, type WorkflowDefinition } from '../../workflow/index.js';
import { defineStep } from './define-step.js';
import type { WorkflowSource } from '../explore/workflow-source.js';

/** A workflow as it was written, and as data. The data is whole only where the checks found nothing. */
export interface WorkflowDraft {
  readonly source: WorkflowSource;
  readonly definition: WorkflowDefinition;
}

/** Turns what was written into a definition. Never throws: what is wrong with it is for the checks to say. */
export function defineWorkflow(source: WorkflowSource): WorkflowDraft {
  const { options } = source;
  const steps = source.steps.map((step) => defineStep(source, step));
  const definition: Omit<WorkflowDefinition, 'hash'> = {
    name: source.name,
    version: options.version ?? '1',
    description: options.description,
    steps,
    result: resultStep({ steps }, options.result) ?? '',
    timeout: millisecondsOr(options.timeout, undefined),
    concurrency: options.concurrency,
    budget: options.budget && { onExceeded: 'fail', ...given(options.budget) },
    rateLimits: ratePolicies(options.rateLimit),
    access: workflowAccess(options.access),
    onChange: options.onChange ?? 'refuse',
    input: source.input,
    output: source.output,
  };
  return { source, definition: { ...definition, hash: definitionHash(definition) } };
}
