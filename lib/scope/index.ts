export { AdHocRuns } from './ad-hoc-runs.js';
export type {
  BatchMember,
  CacheScope,
  Call,
  CallCaching,
  CallKind,
  CallPosition,
  CallRecords,
  PerformContext,
  RecalledCall,
  RecordedCall,
} from './call.js';
export type { ConversationSummary, ConversationUse, ConversationWindow } from './conversation-use.js';
export type { ConversationWrite, WrittenMessage } from './conversation-write.js';
export { conversationCalls, turnParts } from './loop-calls.js';
export { CurrentPrincipal, type SettledCaller } from './current-principal.js';
export { type SystemCaller, systemActorId } from './system-caller.js';
export { isVisible, type OwnedRun, type Visibility } from './visibility.js';
export {
  currentScope,
  type ExecutionScope,
  outsideScope,
  runInScope,
  type SaidMessage,
  type SharedUpdate,
} from './execution-scope.js';
export {
  Instrumentation,
  instrumented,
  type InstrumentedFacts,
  type InstrumentedKind,
} from './instrumentation.js';
export { type AccessRule, workflowAccess, type WorkflowAccess } from './policies/policies.js';
export type {
  Effect,
  OnInDoubt,
  RetryPolicy,
  EscalationStage,
  ReviewDefinition,
  ReviewSubject,
  RunLoopView,
  RunView,
} from './policies/policies.js';
export {
  type RatePolicy,
  ratePolicyProblems,
  ratePolicyRules,
  type RateSubject,
} from './policies/rate-policy.js';
export { type OnceOptions, StepContext } from './step-context.js';
export { ToolContext } from './tool-context.js';
export { Surroundings } from './surroundings.js';
