import { Injectable, Optional } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { DiscoverySettings } from '../discovery-settings.js';
import { canAskModels, injectsOneOf } from './can-ask-models.js';
import { InjectedProviders } from './providers/injected-providers.js';
import type { ProviderWrapper } from './providers/provider-class.js';

/** Tells which providers can get at a model. */
@Injectable()
export class ModelAccess {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly injected: InjectedProviders,
    @Optional() private readonly settings?: DiscoverySettings,
  ) {}

  of(provider: ProviderWrapper): boolean {
    const { modelServices = [], toolServices = [] } = this.settings ?? {};
    const isOurs = this.ours();
    return canAskModels(
      provider,
      [...modelServices, ...toolServices],
      (wrapper) => wrapper !== provider && isOurs(wrapper),
      (wrapper) => this.injected.of(wrapper),
    );
  }

  /** Classes of the host that ask for a service of models, where there is no provider of models: none of their requests could be answered. */
  problems(): readonly string[] {
    const { modelServices = [], hasModels } = this.settings ?? {};
    if (hasModels?.() !== false) return [];
    const isOurs = this.ours();
    const providers = this.discovery.getProviders();
    // A test's double in the service's place answers by itself.
    const services = modelServices.filter((service) =>
      providers.some((one) => isOurs(one) && one.token === service && one.metatype === service),
    );
    return [...providers, ...this.discovery.getControllers()]
      .filter(
        (wrapper) => !isOurs(wrapper) && injectsOneOf(wrapper, services, (one) => this.injected.of(one)),
      )
      .map(
        ({ name }) =>
          `${String(name)} injects ModelService, and there is no provider of models that could answer. Give the module one: OrchestrationModule.forRoot({ models: { providers: [openai({ apiKey })], default: 'openai/gpt-5-mini' } }).`,
      );
  }

  /** Providers of this package's own module. */
  private ours(): (wrapper: ProviderWrapper) => boolean {
    const own = this.discovery.getProviders().find(({ metatype }) => metatype === ModelAccess)?.host;
    return (wrapper) => own !== undefined && wrapper.host === own;
  }
}
