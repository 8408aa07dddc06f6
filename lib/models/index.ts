export {
  type CitablePassage,
  type GivenContext,
  isGivenContext,
  marksOf,
  withContext,
} from './citations/given-context.js';
export { type Citation, type Citations, citationsIn, type CitedMark } from './citations/read-citations.js';
export type { CacheSettings } from './cache/answer-caching.js';
export { DefaultPriceTable } from './prices/default-price-table.js';
export { fetchWithoutTimeLimits, longestSdkTimeout } from './provider/fetch-without-time-limits.js';
export type {
  EmbedOptions,
  EmbedResult,
  GenerateOptions,
  GenerateResult,
  GenerateSettings,
  GeneratedOutput,
  Prompt,
  StreamDelta,
  StreamedResult,
} from './generate-options.js';
export type { AnswerListener } from './streaming/answer-listener.js';
export { PartialOutput } from './streaming/partial-output.js';
export { ModelCaller } from './loop/model-caller.js';
export { type Candidate, ModelCatalog, type Route } from './routing/model-catalog.js';
export {
  type FinishReason,
  type Message,
  type ModelAnswer,
  type ModelDelta,
  type ModelEmbeddings,
  type ModelPrice,
  ModelProvider,
  type ModelRequest,
  type ModelTool,
  type ModelToolCall,
  type ProviderAnswer,
  type ProviderOptions,
  type ReasoningEffort,
  type ProviderEmbeddings,
  type ReportedUsage,
  type TokenUsage,
  type ToolChoice,
} from './provider/model-provider.js';
export { sentFields } from './provider/sent-fields.js';
export { ModelService } from './model.service.js';
export type { BreakerOptions } from './routing/breaker-options.js';
export type { FallbackReason } from './routing/fallback-reason.js';
export type { AliasOptions, ModelsOptions, PricesOptions, TemplatesOptions } from './models-options.js';
export { modelsOptionProblems } from './models-options-check.js';
export { pricesOptionProblems } from './prices/prices-options-check.js';
export { costAt, PriceTable, priceProblems } from './prices/price-table.js';
export {
  asProviderFailure,
  notSendable,
  truncatedAnswer,
  type ProviderFailure,
  providerFailure,
} from './provider/provider-failure.js';
export { defaultParallelToolCalls } from './provider/request-limits.js';
export { readMessage } from './provider/read-message.js';
export { type SettingNames, withProviderOptions } from './provider/provider-options.js';
export { type HeaderReader, retryAfterOf } from './provider/retry-after.js';
export { MemoryPromptPins } from './templates/pins/memory-prompt-pins.js';
export { PinnedVersions } from './templates/pins/pinned-versions.js';
export { type PromptPinChange, PromptPins } from './templates/pins/prompt-pins.js';
export { TypeOrmPromptPins } from './templates/pins/typeorm-prompt-pins.js';
export {
  type PromptFacts,
  promptFacts,
  type PromptTemplate,
  type TemplateMessage,
} from './templates/prompt-template.js';
export { TemplateUseCheck } from './templates/uses/template-use-check.js';
export type { VersionSplit } from './templates/version-choice.js';
export { type RenderedTemplate, TemplateRegistry } from './templates/template-registry.js';
export {
  estimatedTokens,
  mostEmbeddingTokens,
  mostTokens,
  usualBytesPerToken,
  usualTokens,
} from './prices/estimate.js';
export { requestedToolCall } from './loop/requested-tool-call.js';
export { eachFromSdk, fromSdk, sdkFailure, type SdkErrors, type SdkRequest } from './provider/sdk-failure.js';
export { isNumber, type SchemaDialect, vendorSchema } from './vendor-schema/index.js';
export { type AnswerDraft, answerDeltas } from './wire/answer-deltas.js';
export { type AnswerBody, type AnswerPart, answerParts } from './wire/answer-parts.js';
export { AnswerText } from './wire/answer-text.js';
export {
  contentReasoning,
  contentText,
  fieldsOf,
  indexOf,
  isObject,
  listOf,
  nameOf,
  textOf,
} from './wire/json-reader.js';
export { modelAnswer } from './wire/model-answer.js';
export { cutText, type OpaqueContent, opaqueParts } from './wire/opaque-content.js';
export { reportedError, unexplainedError } from './wire/reported-error.js';
export {
  type SendableCall,
  type SendableMessage,
  type SendablePart,
  sendableMessages,
} from './wire/sendable-messages.js';
export { ToolCallPieces } from './wire/tool-call-pieces.js';
export {
  compacted,
  type Compaction,
  compactionOf,
  inWords,
  isSummary,
  summaryMessage,
  summaryRequest,
} from './loop/compaction.js';
export { answerMessage, Dialogue } from './loop/dialogue.js';
export { firstShown, wholeExchanges } from './threads/exchanges.js';
export { ConversationThread, type SpokenMessage, type ThreadFacts } from './threads/conversation-thread.js';
export { isIncomplete } from './loop/incomplete-answer.js';
export { ModelTurns, type Turn, type TurnRequest } from './loop/model-turns.js';
export { readOutput } from './loop/read-output.js';
export { all, any } from './loop/stop/combinations.js';
export { type AgentReference, custom, handedOffTo, said, toolCalled } from './loop/stop/goals.js';
export {
  costUsd,
  elapsed,
  maxHandoffs,
  maxToolCalls,
  maxTurns,
  noProgress,
  repeatedCall,
  tokens,
} from './loop/stop/limits.js';
export {
  type Headroom,
  type LoopEvent,
  type LoopPlace,
  type LoopStop,
  type StopCondition,
  StopConditions,
} from './loop/stop/stop-condition.js';
export { ToolLoop } from './loop/tool-loop.js';
export type { LoopOutcome, LoopPosition, StoppedLoop } from './loop/tool-loop.options.js';
export { type RecordedRequest, requestOf, Transcript } from './loop/transcript.js';
export { StructuredOutput } from './structured-output.js';
export { stop } from './stop.js';
