import type { JsonValue } from 'nestjs-nestor';

/** An object that fits a JSON Schema: what was found out where it fits, else the emptiest value that does. */
export function fillSchema(schema: JsonValue, found: Readonly<Record<string, unknown>>): JsonValue {
  return Object.fromEntries(
    Object.entries(propertiesOf(schema)).map(([name, property]) => [name, valueFor(property, found[name])]),
  );
}

/** Names and schemas of an object schema's properties. */
export function propertiesOf(schema: JsonValue): Readonly<Record<string, JsonValue>> {
  return objectOf(objectOf(schema)['properties'] ?? null);
}

function valueFor(property: JsonValue, found: unknown): JsonValue {
  const { enum: allowed, type } = objectOf(property);
  if (Array.isArray(allowed))
    return allowed.includes(found) ? (found as JsonValue) : (allowed.at(-1) ?? null);
  switch (type) {
    case 'string':
      return typeof found === 'string' ? found : '';
    case 'number':
    case 'integer':
      return typeof found === 'number' ? found : 0;
    case 'boolean':
      return found === true;
    case 'array':
      // What the readers find out is JSON: strings, numbers and lists of them.
      return Array.isArray(found) ? (found as JsonValue[]) : [];
    default:
      return null;
  }
}

function objectOf(value: JsonValue): Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, JsonValue>>)
    : {};
}
