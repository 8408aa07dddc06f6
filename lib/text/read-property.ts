/** A property of something that user code has thrown: undefined where its getter or its proxy throws. Never throws. */
export function readProperty(object: unknown, key: string): unknown {
  if ((typeof object !== 'object' && typeof object !== 'function') || object === null) return undefined;
  try {
    return (object as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** `instanceof`, also for proxies whose traps throw and for those that were revoked. Never throws. */
export function isInstance<T>(value: unknown, type: abstract new (...args: never[]) => T): value is T {
  try {
    return value instanceof type;
  } catch {
    return false;
  }
}
