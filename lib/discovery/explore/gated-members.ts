import { MetadataAccessor } from '../../decorators/index.js';

/** What is in front of a member: the gate, by the wrapper of one of these decorators. */
export type GatedBy = '@Tool' | '@Step';

const none: ReadonlyMap<string, GatedBy> = new Map();
const known = new WeakMap<object, ReadonlyMap<string, GatedBy>>();

/** Names of the `@Tool` and `@Step` methods of a prototype and those above it. */
export function gatedMembers(prototype: object | null): ReadonlyMap<string, GatedBy> {
  if (prototype === null || prototype === Object.prototype) return none;
  const before = known.get(prototype);
  if (before) return before;
  const own = Object.getOwnPropertyNames(prototype).flatMap((name): [string, GatedBy][] => {
    if (MetadataAccessor.ofOwnMethod(prototype, name, 'nestjs-nestor:tool')) return [[name, '@Tool']];
    return MetadataAccessor.ofOwnMethod(prototype, name, 'nestjs-nestor:step') ? [[name, '@Step']] : [];
  });
  const above = gatedMembers(Reflect.getPrototypeOf(prototype));
  const all = own.length === 0 ? above : new Map([...above, ...own]);
  known.set(prototype, all);
  return all;
}

/** The method as the nearest class that decorates it has it; undefined where none does. */
export function gatedCode(instance: object, name: string): unknown {
  for (let at = Reflect.getPrototypeOf(instance); at; at = Reflect.getPrototypeOf(at)) {
    if (gatedBy(at, name)) return Reflect.get(at, name);
  }
  return undefined;
}

function gatedBy(prototype: object, name: string): boolean {
  return (
    MetadataAccessor.ofOwnMethod(prototype, name, 'nestjs-nestor:tool') !== undefined ||
    MetadataAccessor.ofOwnMethod(prototype, name, 'nestjs-nestor:step') !== undefined
  );
}
