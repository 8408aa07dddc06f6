import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { MetadataAccessor, type WorkflowClass } from '../../decorators/index.js';
import { defineWorkflow } from '../define/define-workflow.js';
import type { FoundWorkflow } from '../found.js';
import { InjectedProviders } from './providers/injected-providers.js';
import { ModelAccess } from './model-access.js';
import { classOf } from './providers/provider-class.js';
import { prototypeOf, readWorkflow } from './read-workflow.js';

/** Finds the classes with `@Workflow()` among the providers of all modules. */
@Injectable()
export class WorkflowExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly modelAccess: ModelAccess,
    private readonly injected: InjectedProviders,
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
      const asksModels = MetadataAccessor.isAgent(type) || this.modelAccess.of(wrapper);
      const injected = (this.injected.of(wrapper) ?? []).map((one) => ({
        token: one.token,
        type: classOf(one),
      }));
      found.set(type, { ...defineWorkflow(source), wrapper, injected, asksModels });
    }
    return [...found.values()];
  }
}
