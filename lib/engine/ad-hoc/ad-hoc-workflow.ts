import { NonRetryableError } from '../../errors/index.js';
import { definitionHash, plainStep, type WorkflowDefinition } from '../../workflow/index.js';

const shape: Omit<WorkflowDefinition, 'hash'> = {
  name: 'ad-hoc',
  version: '1',
  steps: [plainStep('call', { timeout: 600_000, effect: 'none' })],
  result: 'call',
  onChange: 'continue',
  mayWait: false,
};

/** The built-in workflow of calls that are made outside any run. */
export const adHocWorkflow: WorkflowDefinition = { ...shape, hash: definitionHash(shape) };

/** What takes up an ad-hoc run whose process has died: its code is gone with it. */
export const adHocHost = {
  call(): never {
    throw new NonRetryableError(
      'The process that made this call outside any run has ended, and its code with it. Make calls that have to survive inside a workflow.',
    );
  },
};
