/**
 * The values of a TypeScript enum. At run time an enum of numbers also has the names of its members as values, keyed by
 * the numbers; they are not values of the type, though class-validator's `@IsEnum` takes them for some.
 */
export function enumMembers(entity: unknown): readonly unknown[] {
  if (typeof entity !== 'object' || entity === null) return [];
  const object = entity as Readonly<Record<string, unknown>>;
  return Object.keys(object)
    .filter((key) => !isReverse(object, key))
    .map((key) => object[key]);
}

function isReverse(entity: Readonly<Record<string, unknown>>, key: string): boolean {
  const name = entity[key];
  return String(Number(key)) === key && typeof name === 'string' && entity[name] === Number(key);
}
