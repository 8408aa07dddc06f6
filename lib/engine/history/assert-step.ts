import { suggestion } from '../../text/index.js';
import { InputValidationError } from '../../errors/index.js';
import type { WorkflowDefinition } from '../../workflow/index.js';

/** @throws {InputValidationError} with the nearest name */
export function assertStep(definition: WorkflowDefinition, step: string): void {
  const names = definition.steps.map(({ name }) => name);
  if (names.includes(step)) return;
  if (typeof step !== 'string')
    throw new InputValidationError(
      `A step of ${definition.name} is named by text, not by a value of type ${typeof step}.`,
    );
  throw new InputValidationError(
    `${definition.name} has no step '${step}'.${suggestion(step, names)} It has ${names.join(', ')}.`,
    { details: { step } },
  );
}
