export { defaultAttempts, defaultOnInDoubt, millisecondsOr, retryPolicy } from './defaults.js';
export { defineReview } from './review/define-review.js';
export { clientAnswers } from './tool/client-answers.js';
export { toolDefinitionOf } from './tool/define-tool.js';
export { delegate, delegateClass } from './workflow/delegate.js';
export { type Delegation, isDelegation } from './workflow/delegation.js';
export type { OutputOf } from './workflow/output-of.js';
export { Guardrail, type GuardrailMethod } from './guardrail/guardrail.decorator.js';
export type { GuardrailDefinition } from './guardrail/guardrail-definition.js';
export { type GuardrailOptions, guardrailRules } from './guardrail/guardrail.options.js';
export { type GuardrailPoint, guardrailPoints, GuardrailSubject } from './guardrail/guardrail-subject.js';
export { HumanReview } from './review/human-review.decorator.js';
export type { CollectedItem, CollectedValue, ItemResult, PerItem } from './step/item.js';
export type {
  ClassMetadata,
  MethodMetadata,
  ParameterMetadata,
  ToolMetadata,
  UserMethod,
  WrittenReview,
  WrittenStep,
  WrittenWorkflow,
  StartEveryMetadata,
  StartOnMetadata,
} from './metadata.js';
export { MetadataAccessor } from './metadata-accessor.js';
export {
  Failure,
  Feedback,
  From,
  Input,
  Item,
  ItemIndex,
  type PlainParameterDecorator,
  Previous,
  SignalPayload,
  StepCtx,
  ToolCtx,
} from './step/parameter.decorators.js';
export { type RetryOptions, retryRules } from './step/retry.options.js';
export type { StepCacheOptions } from './step/cache.options.js';
export { reviewProblems } from './review/review-problems.js';
export {
  type EscalationOptions,
  type ReviewOptions,
  reviewRules,
  type ReviewView,
} from './review/review.options.js';
export { Step } from './step/step.decorator.js';
export type {
  ForEachOptions,
  ForEachOver,
  LoopView,
  RepeatOptions,
  StepOptions,
  WaitForOptions,
} from './step/step.options.js';
export { stepRules } from './step/step.options.js';
export type {
  ActivationOutput,
  ElementParameter,
  FitsElement,
  FitsParameter,
  FitsPreviousParameter,
  StepNames,
  StepOutput,
  StepOutputs,
  StepView,
} from './step/step-types.js';
export { askUserName } from './tool/built-in-tools.js';
export { Tool, type ToolMethod } from './tool/tool.decorator.js';
export { type ToolOptions, toolRules } from './tool/tool.options.js';
export { rawToolMethod } from './tool/tool-bodies.js';
export { contextIndexOf, toolArguments } from './tool/tool-arguments.js';
export { toolCall } from './tool/tool-call.js';
export type { ToolDefinition } from './tool/tool-definition.js';
export {
  StartEvery,
  type StartEveryOptions,
  StartOn,
  type StartOnOptions,
} from './workflow/triggers.decorator.js';
export { allow, block, escalate, reject, transform, type Verdict, warn } from './guardrail/verdict.js';
export { Workflow } from './workflow/workflow.decorator.js';
export type { InputOf, WorkflowClass } from './workflow/workflow-class.js';
export { nameOfClass, workflowNameOf } from './workflow/workflow-name.js';
export { accessRule, workflowAccessRule } from './access-rules.js';
export { ratePolicies, rateLimitRule } from './rate-limit-rule.js';
export { budgetRules, type WorkflowOptions, workflowRules } from './workflow/workflow.options.js';
export { append, lastValue, maximum, minimum, reduced, sum } from './state/reducers.js';
export {
  SharedState,
  sharedState,
  type StateField,
  StateOf,
  type StateUpdateOf,
  type StateValue,
} from './state/shared-state.js';
export { State } from './state/state.decorator.js';
export { StateHandle } from './state/state-handle.js';
