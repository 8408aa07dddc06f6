import type { UserMethod } from '../metadata.js';

/** By the prototype that declares the tool. No metadata: what is there can be read by everybody. */
const bodies = new WeakMap<object, Map<string, UserMethod>>();

/** Keeps the method below `@Tool`, which does not pass the gate. */
export function keepToolBody(prototype: object, method: string, body: UserMethod): void {
  bodies.set(prototype, (bodies.get(prototype) ?? new Map<string, UserMethod>()).set(method, body));
}

/** The method below `@Tool`, also of one that a base class declares: only for what the gate itself performs. */
export function rawToolMethod(prototype: object, method: string): UserMethod | undefined {
  for (let at: object | null = prototype; at; at = Reflect.getPrototypeOf(at)) {
    const body = bodies.get(at)?.get(method);
    if (body) return body;
  }
  return undefined;
}
