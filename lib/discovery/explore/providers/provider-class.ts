import type { DiscoveryService } from '@nestjs/core';

/** A provider as Nest keeps it: `InstanceWrapper`, which the package does not export by name. */
export type ProviderWrapper = ReturnType<DiscoveryService['getProviders']>[number];

/** Any class that is a provider. */
export interface ProviderClass {
  readonly name: string;
  readonly prototype: object;
}

/**
 * The class behind a provider, or undefined where there is none: aliases, plain values, objects without prototype.
 * A request-scoped provider has no instance, so its class is the metatype; behind a factory there is only the instance.
 */
export function classOf(wrapper: ProviderWrapper): ProviderClass | undefined {
  if (wrapper.isAlias) return undefined;
  const made = wrapper.isFactory || !wrapper.metatype ? constructorOf(wrapper.instance) : wrapper.metatype;
  // Arrow functions and bound functions have no prototype, and no methods.
  return isClass(made) ? made : undefined;
}

/** Nest answers with a bare prototype for what is not made yet; that leads to the class as well. */
function constructorOf(instance: unknown): unknown {
  if (typeof instance !== 'object' || instance === null) return undefined;
  const prototype: object | null = Reflect.getPrototypeOf(instance);
  if (prototype === null || prototype === Object.prototype) return undefined;
  const made: unknown = Reflect.get(prototype, 'constructor');
  return made;
}

function isClass(value: unknown): value is ProviderClass {
  return typeof value === 'function' && typeof value.prototype === 'object' && value.prototype !== null;
}
