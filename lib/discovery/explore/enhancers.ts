import 'reflect-metadata';

/** Nest keeps enhancers under these keys, on the class or on the method's function. */
const keys = {
  guard: '__guards__',
  interceptor: '__interceptors__',
  pipe: '__pipes__',
  filter: '__exceptionFilters__',
} as const;

export type EnhancerKind = keyof typeof keys;

/** Which kinds of Nest enhancers are on a class or a method. */
export function enhancersOn(target: object): readonly EnhancerKind[] {
  return (Object.keys(keys) as EnhancerKind[]).filter((kind) => Reflect.hasMetadata(keys[kind], target));
}
