import type { ContextId } from '@nestjs/core';
import type { ProviderWrapper } from './provider-class.js';

/** What a wrapper of Nest 11 keeps its instances in. */
interface InstanceMaps {
  readonly values: ReadonlyInstances;
  /** One map for each provider that asks for a transient one. */
  readonly transientMap?: ReadonlyMap<string, ReadonlyInstances>;
}

interface ReadonlyInstances {
  get(context: ContextId): { readonly instance: unknown } | undefined;
}

/**
 * What Nest has made of a provider for a context; nothing is made for the question. A transient provider has an instance
 * for each that asks for it. The first versions of Nest 11 have no method for this.
 */
export function madeInstances(host: ProviderWrapper, context: ContextId): readonly unknown[] {
  if (hasMethod(host))
    return host.getExistingInstancesByContextId(context).map(({ instance }) => instance as unknown);
  const { values, transientMap } = host as unknown as InstanceMaps;
  return [values, ...(transientMap?.values() ?? [])].map((instances) => instances.get(context)?.instance);
}

function hasMethod(host: Partial<ProviderWrapper>): host is ProviderWrapper {
  return host.getExistingInstancesByContextId !== undefined;
}
