import { Injectable, Optional } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { DiscoverySettings } from '../discovery-settings.js';
import { canAskModels } from './injected-capabilities.js';
import type { ProviderWrapper } from './provider-class.js';

/** Tells which providers can get at a model. */
@Injectable()
export class ModelAccess {
  constructor(
    private readonly discovery: DiscoveryService,
    @Optional() private readonly settings?: DiscoverySettings,
  ) {}

  of(provider: ProviderWrapper): boolean {
    const { modelServices = [], toolServices = [] } = this.settings ?? {};
    const own = this.discovery.getProviders().find(({ metatype }) => metatype === ModelAccess)?.host;
    return canAskModels(
      provider,
      [...modelServices, ...toolServices],
      (wrapper) => wrapper !== provider && own !== undefined && wrapper.host === own,
    );
  }
}
