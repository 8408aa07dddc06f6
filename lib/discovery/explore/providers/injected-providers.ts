import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { declaredTokens } from './declared-tokens.js';
import type { ProviderWrapper } from './provider-class.js';

/**
 * What Nest injects into a provider. Nest notes that when it makes one; Nest 11 makes a request-scoped one with the first
 * request, so there the tokens that it declares are looked up.
 */
@Injectable()
export class InjectedProviders {
  constructor(private readonly discovery: DiscoveryService) {}

  /** Through constructor and properties, in their order; undefined where it can't be told. */
  of(host: ProviderWrapper): readonly ProviderWrapper[] | undefined {
    // Nest leaves the lists undefined where nothing is asked for, and holes for optional parameters.
    const parameters: readonly (ProviderWrapper | undefined)[] | undefined = host.getCtorMetadata();
    const properties = host.getPropertiesMetadata();
    if (!parameters && !properties) return this.declaredBy(host);
    return [...(parameters ?? []), ...(properties ?? []).map(({ wrapper }) => wrapper)].filter(
      (wrapper) => wrapper !== undefined,
    );
  }

  /** All providers of each token: which of them it will be depends on modules, and one that may be is enough to know. */
  private declaredBy(host: ProviderWrapper): readonly ProviderWrapper[] | undefined {
    return declaredTokens(host)?.flatMap((token) =>
      this.discovery.getProviders().filter((one) => one.token === token),
    );
  }
}
