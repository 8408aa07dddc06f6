import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { WorkflowClass } from '../../decorators/index.js';
import { defineWorkflow } from '../define/define-workflow.js';
import type { FoundWorkflow, Injected } from '../found.js';
import { ModelAccess } from './model-access.js';
import { classOf, type ProviderWrapper } from './provider-class.js';
import { prototypeOf, readWorkflow } from './read-workflow.js';

/** Finds the classes with `@Workflow()` among the providers of all modules. */
@Injectable()
export class WorkflowExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly modelAccess: ModelAccess,
  ) {}

  explore(): readonly FoundWorkflow[] {
    const found = new Map<unknown, FoundWorkflow>();
    for (const wrapper of this.discovery.getProviders()) {
      const type = classOf(wrapper);
      // A class that is in the providers of two modules is one workflow.
      if (!type || found.has(type)) continue;
      // Any class of a provider may carry the decorator; its statics are asked for where it does.
      const candidate = type as unknown as WorkflowClass;
      const source = readWorkflow(candidate, this.scanner.getAllMethodNames(prototypeOf(candidate)));
      if (!source) continue;
      const asksModels = this.modelAccess.of(wrapper);
      found.set(type, { ...defineWorkflow(source), wrapper, injected: injectedInto(wrapper), asksModels });
    }
    return [...found.values()];
  }
}

/** What Nest has resolved for the constructor, whatever tokens are there. */
function injectedInto(provider: ProviderWrapper): readonly Injected[] {
  // Nest leaves the list undefined where the constructor asks for nothing, and holes for optional parameters.
  const wrappers: readonly (ProviderWrapper | undefined)[] = provider.getCtorMetadata() ?? [];
  return wrappers
    .filter((wrapper) => wrapper !== undefined)
    .map((wrapper) => ({ token: wrapper.token, type: classOf(wrapper) }));
}
