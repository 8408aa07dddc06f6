import { AgentHosts, AgentRegistry, AgentRuns, AgentService, AgentTools } from '../agents/index.js';
import { AuditService } from '../audit/index.js';
import type { Provider, Type } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { CacheService, CallCache, defaultCacheBytes } from '../cache/index.js';
import { Clock, ReplaceableClock } from '../clock/index.js';
import {
  ContextService,
  ExpirySweep,
  KnowledgeStore,
  Memories,
  ErasureService,
  MemoryAccess,
  MemoryService,
  RetrievalService,
} from '../context/index.js';
import { discoveryProviders, DiscoverySettings, WorkflowRegistry } from '../discovery/index.js';
import { RunDispatcher } from '../dispatch/index.js';
import { BudgetService, JournaledAgentRuns, Orchestrator } from '../engine/index.js';
import { ConversationAccess, ConversationService, ConversationThreads } from '../conversations/index.js';
import { AccessControl, AccessPolicy, RoleAccessPolicy } from '../access/index.js';
import { OrchestrationHealthIndicator, PRINCIPAL_FUNCTION, PrincipalInterceptor } from '../http/index.js';
import { FailPoints, ReplaceableFailPoints } from '../journal/index.js';
import { KillSwitchService } from '../limits/index.js';
import { WorkerTimes } from '../leases/index.js';
import {
  DefaultPriceTable,
  ModelCaller,
  ModelCatalog,
  ModelService,
  PriceTable,
  TemplateRegistry,
  PinnedVersions,
  PromptPins,
  TemplateUseCheck,
} from '../models/index.js';
import { OPTIONS_TOKEN } from './orchestration.configurable.js';
import { engineProviders } from './orchestration.engine.js';
import { CHECKED_OPTIONS, type OrchestrationOptions } from './orchestration.options.js';
import { checkOptions } from './orchestration.options-check.js';
import { Fitting, ReviewDeadlines, Reviews, ReviewService, ReviewSettings } from '../review/index.js';
import { CurrentPrincipal, Instrumentation } from '../scope/index.js';
import { DiscoveredTools, TOOL_SOURCES, toolProviders, ToolService, ToolSource } from '../tools/index.js';
import { PayloadLimit } from '../values/index.js';

const settings: Provider[] = [
  { provide: CHECKED_OPTIONS, useFactory: checkOptions, inject: [OPTIONS_TOKEN] },
  { provide: Clock, useClass: ReplaceableClock },
  { provide: FailPoints, useClass: ReplaceableFailPoints },
  WorkerTimes,
  {
    provide: PayloadLimit,
    useFactory: ({ payloadLimit, mediaLimit }: OrchestrationOptions) =>
      new PayloadLimit(payloadLimit, mediaLimit),
    inject: [CHECKED_OPTIONS],
  },
  {
    provide: PRINCIPAL_FUNCTION,
    useFactory: ({ principal }: OrchestrationOptions) => principal,
    inject: [CHECKED_OPTIONS],
  },
  {
    provide: AccessPolicy,
    useFactory: ({ access }: OrchestrationOptions) => access ?? new RoleAccessPolicy(),
    inject: [CHECKED_OPTIONS],
  },
  {
    // Undefined where there is none, which costs nothing.
    provide: Instrumentation,
    useFactory: ({ instrumentation }: OrchestrationOptions) => instrumentation,
    inject: [CHECKED_OPTIONS],
  },
  {
    provide: DiscoverySettings,
    useFactory: ({ guardrails, reviews }: OrchestrationOptions, models: ModelCatalog): DiscoverySettings => ({
      modelServices: [ModelService, AgentService],
      toolServices: [ToolService],
      hasModels: () => models.hasProviders,
      canSample: () => reviews?.samplingSecret !== undefined,
      guardrails: guardrails ?? [],
    }),
    inject: [CHECKED_OPTIONS, ModelCatalog],
  },
];

const models: Provider[] = [
  {
    provide: ModelCatalog,
    useFactory: ({ models: options }: OrchestrationOptions, clock: Clock) =>
      new ModelCatalog(options ?? { providers: [] }, clock),
    inject: [CHECKED_OPTIONS, Clock],
  },
  {
    provide: PriceTable,
    useFactory: ({ prices, models: options }: OrchestrationOptions) =>
      prices instanceof PriceTable ? prices : new DefaultPriceTable(prices, options?.providers),
    inject: [CHECKED_OPTIONS],
  },
  {
    provide: TemplateRegistry,
    useFactory: ({ templates }: OrchestrationOptions, pins: PromptPins, access: AccessControl) =>
      new TemplateRegistry(templates, new PinnedVersions(pins, access)),
    inject: [CHECKED_OPTIONS, PromptPins, AccessControl],
  },
  TemplateUseCheck,
  ...toolProviders,
  ConversationAccess,
  ConversationThreads,
  ConversationService,
  RetrievalService,
  MemoryAccess,
  MemoryService,
  ErasureService,
  CacheService,
  {
    provide: ExpirySweep,
    useFactory: (memories: Memories, cached: CallCache, { cache }: OrchestrationOptions) =>
      new ExpirySweep(memories, cached, cache?.maxBytes ?? defaultCacheBytes),
    inject: [Memories, CallCache, CHECKED_OPTIONS],
  },
  ContextService,
  ModelCaller,
  ModelService,
  AgentHosts,
  AgentRegistry,
  AgentTools,
  { provide: AgentRuns, useClass: JournaledAgentRuns },
  AgentService,
  {
    provide: TOOL_SOURCES,
    useFactory: (...sources: readonly ToolSource[]) => sources,
    inject: [DiscoveredTools, AgentTools],
  },
];

/** Everything that the module makes, whatever persistence it has. */
export const orchestrationProviders: readonly Provider[] = [
  ...settings,
  ...discoveryProviders,
  ...engineProviders,
  ...models,
  {
    provide: Fitting,
    useFactory: (registry: WorkflowRegistry) => new Fitting(registry),
    inject: [WorkflowRegistry],
  },
  {
    provide: ReviewSettings,
    useFactory: ({ reviews }: OrchestrationOptions) => new ReviewSettings(reviews),
    inject: [CHECKED_OPTIONS],
  },
  {
    provide: ReviewDeadlines,
    useFactory: (reviews: Reviews, dispatcher: RunDispatcher, clock: Clock) =>
      new ReviewDeadlines(reviews, dispatcher, clock),
    inject: [Reviews, RunDispatcher, Clock],
  },
  ReviewService,
  AuditService,
  OrchestrationHealthIndicator,
  { provide: APP_INTERCEPTOR, useClass: PrincipalInterceptor },
];

/** What the host may inject. */
export const orchestrationExports: readonly (Type | Function | symbol)[] = [
  Orchestrator,
  BudgetService,
  KillSwitchService,
  WorkflowRegistry,
  ModelService,
  RetrievalService,
  ContextService,
  MemoryService,
  ErasureService,
  CacheService,
  AgentService,
  ToolService,
  TemplateRegistry,
  PriceTable,
  ReviewService,
  ConversationService,
  AuditService,
  CurrentPrincipal,
  OrchestrationHealthIndicator,
  // For `nestjs-nestor/retrieval`.
  AccessControl,
  KnowledgeStore,
];
