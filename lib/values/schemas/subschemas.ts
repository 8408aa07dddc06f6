import type { JsonValue } from '../json/json.js';

/** A JSON Schema that is an object: keyword → value. */
export type SchemaNode = { readonly [keyword: string]: JsonValue };

/** Where JSON Schema (2020-12, with what remains of older drafts) has schemas below a schema. */
const single: ReadonlySet<string> = new Set(
  ['items', 'additionalItems', 'additionalProperties', 'unevaluatedItems', 'unevaluatedProperties', 'contains', 'propertyNames', 'contentSchema', 'not', 'if', 'then', 'else'], // prettier-ignore
);
const lists: ReadonlySet<string> = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items']);
const named: ReadonlySet<string> = new Set(
  ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'], // prettier-ignore
);

export function isNode(value: unknown): value is SchemaNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The schema with each schema directly below it replaced. Values of `enum`, `const`, `default` and `examples` are not schemas. */
export function mapSubschemas(
  schema: SchemaNode,
  map: (below: JsonValue, keyword: string) => JsonValue,
): SchemaNode {
  const entries = Object.entries(schema).map(([keyword, value]): [string, JsonValue] => {
    if (lists.has(keyword) && isList(value)) return [keyword, value.map((each) => map(each, keyword))];
    if (single.has(keyword)) return [keyword, map(value, keyword)];
    if (!named.has(keyword) || !isNode(value)) return [keyword, value];
    const mapped = Object.entries(value).map(([name, each]) => [name, map(each, keyword)] as const);
    return [keyword, Object.fromEntries(mapped)];
  });
  return Object.fromEntries(entries);
}

/** Whether nothing fits it. */
export function isNever(schema: JsonValue | undefined): boolean {
  return schema === false || (isNode(schema) && isAlways(schema['not']));
}

/** Whether everything fits it. */
export function isAlways(schema: JsonValue | undefined): boolean {
  return schema === true || (isNode(schema) && Object.keys(schema).length === 0);
}

/** The value as a list of names: `required`, `type`. */
export function namesOf(value: JsonValue | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return isList(value) ? value.filter((each) => typeof each === 'string') : [];
}
