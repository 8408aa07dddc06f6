import type { JsonValue } from '../values/index.js';

type JsonObject = { readonly [key: string]: JsonValue };

/** What OpenAI's strict mode doesn't know: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas */
const unsupported = [
  'allOf', 'not', 'if', 'then', 'else', 'dependentRequired', 'dependentSchemas', 'patternProperties', 'propertyNames', 'default',
] as const; // prettier-ignore
const formats: ReadonlySet<unknown> = new Set(
  ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'], // prettier-ignore
);
/** Keys below which schemas stand by name. */
const named: ReadonlySet<string> = new Set(['properties', '$defs', 'definitions']);

/**
 * The schema as strict mode takes it, or `undefined` where strict mode can't say the same: optional properties, open objects,
 * unknown keywords. Without it OpenAI still gets the schema as guidance, and our own validation holds.
 */
export function strictSchema(schema: JsonValue): JsonValue | undefined {
  try {
    return strict(schema);
  } catch (error) {
    if (error instanceof NotStrict) return undefined;
    throw error;
  }
}

class NotStrict extends Error {}

function strict(schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema;
  if (unsupported.some((key) => key in schema)) throw new NotStrict();
  if ('format' in schema && !formats.has(schema['format'])) throw new NotStrict();
  const { $schema: _dialect, oneOf, ...rest } = schema;
  const converted = Object.entries(oneOf === undefined ? rest : { ...rest, anyOf: oneOf }).map(
    ([key, value]) => [key, below(key, value)],
  );
  return { ...(Object.fromEntries(converted) as JsonObject), ...closed(schema) };
}

function below(key: string, value: JsonValue): JsonValue {
  if (key === 'items') return strict(value);
  if (key === 'anyOf' && Array.isArray(value)) return value.map((each: JsonValue) => strict(each));
  if (!named.has(key) || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, strict(schema)]));
}

/** Strict objects know all their properties and require each. */
function closed(schema: JsonObject): JsonObject {
  if (schema['type'] !== 'object') return {};
  const properties = isObject(schema['properties']) ? Object.keys(schema['properties']) : [];
  const required: JsonValue = schema['required'] ?? [];
  const all = Array.isArray(required) && properties.every((name) => required.includes(name));
  const open = schema['additionalProperties'] !== undefined && schema['additionalProperties'] !== false;
  if (!all || open || !('properties' in schema)) throw new NotStrict();
  return { required: properties, additionalProperties: false };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
