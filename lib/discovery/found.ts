import type {
  GuardrailDefinition,
  GuardrailOptions,
  ToolDefinition,
  ToolOptions,
  WrittenReview,
} from '../decorators/index.js';
import type { WorkflowDraft } from './define/define-workflow.js';
import type { ProviderClass, ProviderWrapper } from './explore/providers/provider-class.js';

/** A class with `@Workflow()` and the provider that it stands for. */
export interface FoundWorkflow extends WorkflowDraft {
  readonly wrapper: ProviderWrapper;
  /** Classes and tokens that its constructor and its properties ask for. */
  readonly injected: readonly Injected[];
  /** Its own code may ask models: a service that does is injected into it, or into what is. */
  readonly asksModels: boolean;
}

export interface Injected {
  readonly token: unknown;
  readonly type: ProviderClass | undefined;
}

/** A `@Tool` method of a provider. */
export interface FoundTool {
  readonly definition: ToolDefinition;
  readonly options: ToolOptions;
  readonly review: WrittenReview | undefined;
  readonly wrapper: ProviderWrapper;
  /** The class of the provider; the tool itself may be on a base class of it. */
  readonly type: ProviderClass;
  readonly method: string;
  readonly parameterCount: number;
}

/** A `@Guardrail` method of a provider, or one from the module options (which has no options of its own to check). */
export interface FoundGuardrail {
  readonly definition: GuardrailDefinition;
  readonly options?: GuardrailOptions;
  readonly where: string;
  /** It may ask models, in the run that it looks at. */
  readonly asksModels: boolean;
}

/** Everything that the application's providers bring. */
export interface Found {
  readonly workflows: readonly FoundWorkflow[];
  readonly tools: readonly FoundTool[];
  readonly guardrails: readonly FoundGuardrail[];
  /** Mistakes seen while looking: decorators where nothing reads them, a service of models that nothing could answer. */
  readonly misplaced: readonly string[];
}
