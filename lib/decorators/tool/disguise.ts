import type { UserMethod } from '../metadata.js';

/** Nest, other decorators and stack traces find on the wrapper what they would find on the method itself. */
export function disguise(wrapper: UserMethod, raw: UserMethod): UserMethod {
  for (const key of Reflect.getOwnMetadataKeys(raw) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, raw), wrapper);
  }
  Object.defineProperty(wrapper, 'name', { value: raw.name, configurable: true });
  Object.defineProperty(wrapper, 'length', { value: raw.length, configurable: true });
  return wrapper;
}
