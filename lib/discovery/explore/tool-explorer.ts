import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { MetadataAccessor, toolDefinitionOf } from '../../decorators/index.js';
import type { FoundTool } from '../found.js';
import { classOf, type ProviderClass, type ProviderWrapper } from './providers/provider-class.js';

/** Finds the `@Tool` methods among the providers of all modules. */
@Injectable()
export class ToolExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  explore(): readonly FoundTool[] {
    const found = new Map<ProviderClass, readonly FoundTool[]>();
    for (const wrapper of this.discovery.getProviders()) {
      const type = classOf(wrapper);
      if (type && !found.has(type)) found.set(type, this.toolsOf(type, wrapper));
    }
    return [...found.values()].flat();
  }

  private toolsOf(type: ProviderClass, wrapper: ProviderWrapper): readonly FoundTool[] {
    const { prototype } = type;
    return this.scanner.getAllMethodNames(prototype).flatMap((method) => {
      const metadata = MetadataAccessor.ofMethod(prototype, method, 'nestjs-nestor:tool');
      const definition = toolDefinitionOf(prototype, method);
      if (!metadata || !definition) return [];
      const review = MetadataAccessor.ofMethod(prototype, method, 'nestjs-nestor:review');
      const parameterCount = MetadataAccessor.parameterCount(prototype, method);
      return [{ definition, options: metadata.options, review, wrapper, type, method, parameterCount }];
    });
  }
}
