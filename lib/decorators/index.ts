export { defaultAttempts, defaultOnInDoubt, millisecondsOr, retryPolicy } from './defaults.js';
export { defineReview } from './define-review.js';
export { toolDefinitionOf } from './define-tool.js';
export { delegate, type Delegation, isDelegation } from './delegate.js';
export { Guardrail } from './guardrail.decorator.js';
export type { GuardrailDefinition } from './guardrail-definition.js';
export type { GuardrailOptions } from './guardrail.options.js';
export { type GuardrailPoint, guardrailPoints, GuardrailSubject } from './guardrail-subject.js';
export { HumanReview } from './human-review.decorator.js';
export type { CollectedItem, ItemResult, PerItem } from './item.js';
export type {
  ClassMetadata,
  MethodMetadata,
  ParameterMetadata,
  ToolMetadata,
  UserMethod,
  WrittenReview,
  WrittenStep,
  WrittenWorkflow,
} from './metadata.js';
export { MetadataAccessor } from './metadata-accessor.js';
export {
  Failure,
  Feedback,
  From,
  Input,
  Item,
  ItemIndex,
  Previous,
  SignalPayload,
  StepCtx,
} from './parameter.decorators.js';
export type { RetryOptions } from './retry.options.js';
export type { ReviewOptions, ReviewView } from './review.options.js';
export { Step } from './step.decorator.js';
export type {
  ForEachOptions,
  ForEachOver,
  RepeatOptions,
  StepOptions,
  WaitForOptions,
} from './step.options.js';
export type { Fits, Outputs, StepNames, StepOutput, View } from './step-types.js';
export { Tool } from './tool.decorator.js';
export type { ToolOptions } from './tool.options.js';
export { rawToolMethod } from './tool-bodies.js';
export { toolCall } from './tool-call.js';
export type { ToolDefinition } from './tool-definition.js';
export {
  StartEvery,
  type StartEveryMetadata,
  type StartEveryOptions,
  StartOn,
  type StartOnMetadata,
  type StartOnOptions,
} from './triggers.decorator.js';
export { allow, block, escalate, reject, transform, type Verdict, warn } from './verdict.js';
export { Workflow } from './workflow.decorator.js';
export type { InputOf, OutputOf, WorkflowClass } from './workflow-class.js';
export { workflowNameOf } from './workflow-name.js';
export type { WorkflowOptions } from './workflow.options.js';
