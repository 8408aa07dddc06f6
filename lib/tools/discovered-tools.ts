import { Injectable } from '@nestjs/common';
import { MetadataAccessor, rawToolMethod, toolArguments } from '../decorators/index.js';
import { DiscoveredProviders, type FoundTool, ProviderInstances } from '../discovery/index.js';
import { currentScope } from '../scope/index.js';
import type { RegisteredTool } from './registered-tool.js';
import { ToolSource } from './tool-source.js';

/** The `@Tool` methods of the application's providers. */
@Injectable()
export class DiscoveredTools extends ToolSource {
  readonly origin = 'application';
  private known: readonly RegisteredTool[] | undefined;

  constructor(
    private readonly catalogue: DiscoveredProviders,
    private readonly instances: ProviderInstances,
  ) {
    super();
  }

  tools(): readonly RegisteredTool[] {
    this.known ??= this.catalogue.found.tools.map((found) => this.registered(found));
    return this.known;
  }

  private registered(found: FoundTool): RegisteredTool {
    const { definition, type: provider, wrapper, method } = found;
    return {
      definition,
      origin: this.origin,
      provider,
      owner: MetadataAccessor.isAgent(provider) ? provider : undefined,
      invoke: async (args, context) => {
        const raw = rawToolMethod(provider.prototype, method);
        // Metadata is shared between copies of the package, bodies are not.
        if (!raw)
          throw new Error(
            `${definition.where} was decorated by another copy of nestjs-nestor: install a single one`,
          );
        const instance = await this.instances.of(wrapper, request());
        return raw.apply(instance, toolArguments(provider.prototype, method, args, context));
      },
    };
  }
}

/** What request-scoped providers are given as `REQUEST`. */
function request(): object | undefined {
  const scope = currentScope();
  return scope && { runId: scope.runId, principal: scope.principal };
}
