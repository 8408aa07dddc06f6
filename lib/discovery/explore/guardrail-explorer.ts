import { Injectable, Optional } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import {
  type GuardrailDefinition,
  type GuardrailOptions,
  MetadataAccessor,
  millisecondsOr,
  type Verdict,
  workflowNameOf,
} from '../../decorators/index.js';
import { DiscoverySettings } from '../discovery-settings.js';
import type { FoundGuardrail } from '../found.js';
import { ModelAccess } from './model-access.js';
import { classOf, type ProviderClass, type ProviderWrapper } from './providers/provider-class.js';
import { ProviderInstances } from './providers/provider-instances.js';

const defaultTimeout = 10_000;

/** Finds the `@Guardrail` methods among the providers of all modules, and takes those of the module options. */
@Injectable()
export class GuardrailExplorer {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly instances: ProviderInstances,
    private readonly modelAccess: ModelAccess,
    @Optional() private readonly settings?: DiscoverySettings,
  ) {}

  explore(): readonly FoundGuardrail[] {
    const found = new Map<ProviderClass, readonly FoundGuardrail[]>();
    for (const host of this.discovery.getProviders()) {
      const type = classOf(host);
      if (type && !found.has(type)) found.set(type, this.guardrailsOf(type, host));
    }
    const builtIn = (this.settings?.guardrails ?? []).map((definition) => ({
      definition,
      where: `guardrail '${definition.name}' of the module options`,
      // Made before there was any provider.
      asksModels: false,
    }));
    return [...builtIn, ...[...found.values()].flat()];
  }

  private guardrailsOf(type: ProviderClass, host: ProviderWrapper): readonly FoundGuardrail[] {
    return this.scanner.getAllMethodNames(type.prototype).flatMap((method) => {
      const options = MetadataAccessor.ofMethod(type.prototype, method, 'nestjs-nestor:guardrail');
      if (!options) return [];
      const where = `${type.name}.${method}`;
      const definition = this.define(options, where, host, method);
      return [{ definition, options, where, asksModels: this.modelAccess.of(host) }];
    });
  }

  private define(
    options: GuardrailOptions,
    where: string,
    host: ProviderWrapper,
    method: string,
  ): GuardrailDefinition {
    return {
      name: options.name ?? where,
      at: [options.at ?? []].flat(),
      workflows: options.workflows?.map((each) =>
        typeof each === 'string' ? each : (workflowNameOf(each) ?? each.name),
      ),
      steps: options.steps,
      tools: options.tools,
      agents: options.agents,
      order: options.order ?? 0,
      mode: options.mode ?? 'enforce',
      onError: options.onError ?? 'block',
      parallel: options.parallel,
      timeout: millisecondsOr(options.timeout, defaultTimeout),
      evaluate: async (subject) => {
        const instance = await this.instances.of(host);
        // The decorator's types have made sure that the method takes a subject and gives a verdict.
        return MetadataAccessor.method(instance, method)?.call(instance, subject) as Promise<Verdict>;
      },
    };
  }
}
