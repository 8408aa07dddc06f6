import { LazyModuleLoader, ModuleRef } from '@nestjs/core';
import { classOf, type ProviderWrapper } from './providers/provider-class.js';

/** What is injected into a provider; undefined where it can't be told. */
export type InjectedInto = (host: ProviderWrapper) => readonly ProviderWrapper[] | undefined;

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
  injectedInto: InjectedInto,
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
export function injectsOneOf(
  host: ProviderWrapper,
  services: readonly unknown[],
  injectedInto: InjectedInto,
): boolean {
  return (injectedInto(host) ?? []).some(
    (one) => services.includes(one.token) || services.includes(classOf(one)),
  );
}
