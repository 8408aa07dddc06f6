import type { GuardrailDefinition } from '../decorators/index.js';

/** What discovery has to be told, since it is below those who know. Provided by the module; optional. */
export abstract class DiscoverySettings {
  /** Classes (or tokens) whose injection puts a model, and agents, in a workflow's reach: `ModelService`. */
  abstract readonly modelServices: readonly unknown[];
  /** Classes (or tokens) of services that call tools by their names, which may ask models in turn: `ToolService`. */
  readonly toolServices?: readonly unknown[];
  /** Whether there is a provider of models at all. @default there is */
  hasModels?(): boolean;
  /** Whether there is a secret by which reviews are sampled. @default there is */
  canSample?(): boolean;
  /** Guardrails from the module options. */
  abstract readonly guardrails: readonly GuardrailDefinition[];
}
