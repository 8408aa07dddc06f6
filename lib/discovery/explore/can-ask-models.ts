import { LazyModuleLoader, ModuleRef } from '@nestjs/core';
import { classOf, type ProviderWrapper } from './provider-class.js';

/** A class that injects one of these can get any provider, so also one that asks models. */
const anyProvider: readonly unknown[] = [ModuleRef, LazyModuleLoader];

/**
 * Whether code of a provider may ask models: it, or something that is injected into it, has a service that does. What
 * can't be told counts as reaching one.
 * @param services classes or tokens of services that ask models
 * @param isOurs providers of this package's own module, which are known: only those in `services` ask models
 */
export function canAskModels(
  host: ProviderWrapper,
  services: readonly unknown[],
  isOurs: (wrapper: ProviderWrapper) => boolean,
): boolean {
  const looking: ProviderWrapper[] = [host];
  const seen = new Set<ProviderWrapper>(looking);
  for (let one = looking.pop(); one; one = looking.pop()) {
    const type = classOf(one);
    if ([...services, ...anyProvider].some((service) => service === one?.token || service === type))
      return true;
    if (isOurs(one)) continue;
    const injected = injectedInto(one);
    if (!injected) return true;
    for (const next of injected) {
      if (seen.has(next)) continue;
      seen.add(next);
      looking.push(next);
    }
  }
  return false;
}

/** Whether a provider asks for one of these services itself. */
export function injectsOneOf(host: ProviderWrapper, services: readonly unknown[]): boolean {
  return (injectedInto(host) ?? []).some(
    (one) => services.includes(one.token) || services.includes(classOf(one)),
  );
}

/** What Nest has resolved for a provider; undefined where it has not looked, so that nobody knows. */
function injectedInto(wrapper: ProviderWrapper): readonly ProviderWrapper[] | undefined {
  // Nest leaves the lists undefined where nothing is asked for, and holes for optional parameters.
  const parameters: readonly (ProviderWrapper | undefined)[] | undefined = wrapper.getCtorMetadata();
  const properties = wrapper.getPropertiesMetadata() ?? [];
  if (!parameters && asksForSomething(wrapper)) return undefined;
  return [...(parameters ?? []), ...properties.map(({ wrapper: each }) => each)].filter(
    (each): each is ProviderWrapper => each !== undefined,
  );
}

function asksForSomething({ metatype, inject, isFactory, isNotMetatype }: ProviderWrapper): boolean {
  if (isFactory) return (inject?.length ?? 0) > 0;
  // A value, a test's double among them: its dependencies were made without Nest.
  if (isNotMetatype || typeof metatype !== 'function') return false;
  const declared: unknown = Reflect.getMetadata('design:paramtypes', metatype);
  return Array.isArray(declared) && declared.length > 0;
}
