// The module
export { OrchestrationModule } from './orchestration.module.js';
export type { OrchestrationAsyncOptions, OrchestrationModuleOptions } from './orchestration.configurable.js';
export type { AuditOptions, OrchestrationExtras, OrchestrationOptions } from './orchestration.options.js';

// What users write
export {
  allow,
  block,
  type CollectedItem,
  delegate,
  type Delegation,
  escalate,
  Failure,
  Feedback,
  From,
  Guardrail,
  type GuardrailDefinition,
  type GuardrailOptions,
  type GuardrailPoint,
  GuardrailSubject,
  HumanReview,
  Input,
  type InputOf,
  Item,
  ItemIndex,
  type OutputOf,
  type PerItem,
  Previous,
  reject,
  type RetryOptions,
  type ReviewOptions,
  SignalPayload,
  StartEvery,
  type StartEveryOptions,
  StartOn,
  type StartOnOptions,
  Step,
  StepCtx,
  type StepOptions,
  Tool,
  type ToolDefinition,
  type ToolOptions,
  transform,
  type Verdict,
  warn,
  Workflow,
  type WorkflowClass,
  type WorkflowOptions,
} from './decorators/index.js';
export { CurrentPrincipal, type OnceOptions, StepContext } from './scope/index.js';
export { Clock, type Duration } from './clock/index.js';
export type { JsonValue, Principal, Schema, SchemaOutput, Usage } from './values/index.js';

// Running
export {
  type BudgetBalance,
  type BudgetScope,
  BudgetService,
  Orchestrator,
  type ReplayOptions,
  RunHandle,
  type RunResult,
  type StartOptions,
} from './engine/index.js';
export type { RunEvent } from './events/index.js';
export { WorkflowRegistry, type WorkflowDescription } from './discovery/index.js';
export { AccessPolicy, type AccessSubject, RoleAccessPolicy } from './gate/index.js';
export { type DispatcherFactory, RunDispatcher, type Wake } from './dispatch/index.js';
export type { Page, RunFilter, RunRow } from './journal/index.js';
export {
  type Actor,
  type BudgetHolder,
  type Choice,
  type Divergence,
  type ForkEdits,
  type RecordPayloads,
  type RecordType,
  type ReplayReport,
  type ReviewKind,
  type ReviewStatus,
  type RunRecord,
  RunStatus,
  type Wait,
} from './workflow/index.js';

// Models and tools
export {
  type EmbedOptions,
  type EmbedResult,
  fetchWithoutTimeLimits,
  type FinishReason,
  type GenerateOptions,
  type GenerateResult,
  type GenerateSettings,
  type HeaderReader,
  type Message,
  type ModelAnswer,
  type ModelDelta,
  type ModelEmbeddings,
  type ModelPrice,
  ModelProvider,
  type ModelRequest,
  ModelService,
  type ModelsOptions,
  type ModelTool,
  type ModelToolCall,
  type OpaqueContent,
  PriceTable,
  type PricesOptions,
  type Prompt,
  type ProviderAnswer,
  type ProviderEmbeddings,
  type ReportedUsage,
  requestedToolCall,
  retryAfterOf,
  type SendableCall,
  type SendableMessage,
  sendableMessages,
  type StreamDelta,
  type StreamedResult,
  TemplateRegistry,
  type TemplatesOptions,
  type TokenUsage,
} from './models/index.js';
export { type PerformedToolCall, type ToolDescription, ToolService } from './tools/index.js';

// People, records, the host
export {
  type AuditFilter,
  type AuditProblem,
  type AuditReport,
  AuditService,
  type TimelineEntry,
} from './audit/index.js';
export {
  type DecisionOptions,
  type ReviewerOptions,
  type ReviewFilter,
  ReviewService,
} from './review/index.js';
export {
  type ErrorBody,
  type HealthOptions,
  type HealthResult,
  OrchestrationExceptionFilter,
  OrchestrationHealthIndicator,
  PrincipalInterceptor,
} from './http/index.js';
export {
  AuditRecord,
  migrate,
  orchestrationEntities,
  orchestrationMigrations,
  Review,
  Run,
  StepExecution,
} from './database/index.js';

// Errors
export {
  AccessDeniedError,
  AllModelsFailedError,
  BudgetExceededError,
  DefinitionChangedError,
  type ErrorCode,
  type ErrorData,
  type ErrorOptions,
  GuardrailBlockedError,
  IdempotencyConflictError,
  IncompleteAnswerError,
  InDoubtError,
  InputValidationError,
  InvalidOptionsError,
  InvalidWorkflowDefinitionError,
  LeaseLostError,
  LoopLimitExceededError,
  ModelCallError,
  type ModelCallFailure,
  type ModelCallOutcome,
  NonRetryableError,
  NotPerformedError,
  OrchestrationError,
  OutputValidationError,
  PayloadError,
  RateLimitExceededError,
  RetryAfterError,
  ReviewConflictError,
  ReviewExpiredError,
  ReviewNotFoundError,
  ReviewRejectedError,
  RunCancelledError,
  RunFailedError,
  RunFinishedError,
  RunNotFoundError,
  StepClosedError,
  StepFailedError,
  StepTimeoutError,
  UnknownWorkflowError,
} from './errors/index.js';
