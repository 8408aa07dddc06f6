import type { FoundTool, FoundWorkflow } from '../found.js';

/** What a workflow can touch, judged by what its constructor asks for. */
export interface InjectedCapabilities {
  readonly model: boolean;
  readonly tools: readonly FoundTool[];
}

/** `modelServices`: classes or tokens whose injection means that a model is in reach. */
export function injectedCapabilitiesOf(
  workflow: FoundWorkflow,
  tools: readonly FoundTool[],
  modelServices: readonly unknown[],
): InjectedCapabilities {
  const types = new Set<unknown>([workflow.source.type, ...workflow.injected.map(({ type }) => type)]);
  return {
    model: workflow.injected.some(
      ({ token, type }) => modelServices.includes(token) || modelServices.includes(type),
    ),
    tools: tools.filter((tool) => types.has(tool.type)),
  };
}
