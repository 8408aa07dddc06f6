import * as decorators from '../../decorators/index.js';
import { defineWorkflow, type WorkflowDraft } from '../define/define-workflow.js';
import { readWorkflow } from '../explore/read-workflow.js';

type LooseMethod = (options?: object) => MethodDecorator;
type LooseParameter = (step: string) => ParameterDecorator;

/** The decorators without their types: checks are for what the compiler has not seen, or was told to pass over. */
export const Step = decorators.Step as unknown as LooseMethod;
export const HumanReview = decorators.HumanReview as unknown as LooseMethod;
export const Tool = decorators.Tool as unknown as LooseMethod;
export const Guardrail = decorators.Guardrail as unknown as LooseMethod;
export const From = decorators.From as unknown as LooseParameter;
export const Previous = decorators.Previous as unknown as LooseParameter;
export const Workflow = decorators.Workflow as unknown as (options?: object) => ClassDecorator;

/** What discovery makes of a class, without Nest. */
export function draftOf(type: decorators.WorkflowClass): WorkflowDraft {
  const prototype = type.prototype as object;
  const methods = Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor');
  const source = readWorkflow(type, methods);
  if (!source) throw new Error(`${type.name} has no @Workflow()`);
  return defineWorkflow(source);
}
