import type { ProviderWrapper } from './provider-class.js';

/**
 * The tokens that a provider asks for, as its class or its factory declares them; undefined where one of them can't be
 * told, such as a type that was not there yet when the class was read.
 */
export function declaredTokens(host: ProviderWrapper): readonly unknown[] | undefined {
  const tokens = dependenciesOf(host).map(tokenOf);
  return tokens.every((token) => token !== undefined && token !== null) ? tokens : undefined;
}

function dependenciesOf({ metatype, inject, isFactory, isNotMetatype }: ProviderWrapper): readonly unknown[] {
  if (isFactory) return inject ?? [];
  // A value, a test's double among them: its dependencies were made without Nest.
  if (isNotMetatype || typeof metatype !== 'function') return [];
  return [...ofConstructor(metatype), ...ofProperties(metatype)];
}

/** The types of the parameters, and in place of some the token of an `@Inject()`. */
function ofConstructor(metatype: object): readonly unknown[] {
  const dependencies = [...listed<unknown>('design:paramtypes', metatype)];
  for (const { index, param } of listed<{ index: number; param: unknown }>('self:paramtypes', metatype))
    dependencies[index] = param;
  // A hole is a parameter without a type.
  return Array.from(dependencies);
}

function ofProperties(metatype: object): readonly unknown[] {
  return listed<{ type: unknown }>('self:properties_metadata', metatype).map(({ type }) => type);
}

/** Nest's own metadata; the keys are those of `@nestjs/common/constants`, which the package does not export. */
function listed<T>(key: string, metatype: object): readonly T[] {
  // Metadata has the type `any`.
  return (Reflect.getMetadata(key, metatype) as readonly T[] | undefined) ?? [];
}

/** `forwardRef(() => token)` and a factory's `{ token, optional }` stand for the token. */
function tokenOf(dependency: unknown): unknown {
  if (typeof dependency !== 'object' || dependency === null) return dependency;
  if ('forwardRef' in dependency && typeof dependency.forwardRef === 'function')
    return tokenOf(dependency.forwardRef());
  return 'token' in dependency ? tokenOf(dependency.token) : dependency;
}
