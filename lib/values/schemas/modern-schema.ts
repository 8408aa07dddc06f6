import type { JsonValue } from '../json/json.js';
import { isList, isNode, mapSubschemas, namesOf, type SchemaNode } from './subschemas.js';

/** Vendors read booleans here; elsewhere some of them want objects. */
const mayBeBoolean: ReadonlySet<string> = new Set(['additionalProperties', 'unevaluatedProperties']);
const dialect = 'https://json-schema.org/draft/2020-12/schema';

/**
 * The same schema in the words of draft 2020-12, and in those forms of them that vendors take: lists of `items` become
 * `prefixItems`, `nullable` of OpenAPI 3.0 a type, boolean bounds of draft 4 numbers, boolean schemas objects; `items` of
 * arrays are named also where anything goes, since OpenAI refuses an array without them in any mode.
 */
export function modernSchema(schema: JsonValue): JsonValue {
  return modern(schema, '');
}

function modern(schema: JsonValue, keyword: string): JsonValue {
  if (typeof schema === 'boolean') {
    if (mayBeBoolean.has(keyword)) return schema;
    return schema ? {} : { not: {} };
  }
  return isNode(schema) ? mapSubschemas(ownKeywords(schema), modern) : schema;
}

function ownKeywords(schema: SchemaNode): SchemaNode {
  const { $schema, ...rest } = schema;
  const named: SchemaNode = $schema === dialect ? schema : rest;
  return withItems(withTuple(withBound(withBound(withNull(named), 'minimum'), 'maximum')));
}

/** `nullable` says something only beside `type`: https://spec.openapis.org/oas/v3.0.4.html#schema-object */
function withNull(schema: SchemaNode): SchemaNode {
  if (typeof schema['nullable'] !== 'boolean') return schema;
  const { nullable, type, ...rest } = schema;
  if (type === undefined) return rest;
  return { type: nullable ? [...new Set([...namesOf(type), 'null'])] : type, ...rest };
}

function withBound(schema: SchemaNode, bound: 'minimum' | 'maximum'): SchemaNode {
  const keyword = bound === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum';
  const { [keyword]: exclusive, [bound]: limit, ...rest } = schema;
  if (typeof exclusive !== 'boolean') return schema;
  if (limit === undefined) return rest;
  return { ...rest, [exclusive ? keyword : bound]: limit };
}

function withTuple(schema: SchemaNode): SchemaNode {
  const { items, additionalItems, ...rest } = schema;
  if (!isList(items)) return schema;
  return {
    ...rest,
    prefixItems: items,
    ...(additionalItems === undefined ? {} : { items: additionalItems }),
  };
}

function withItems(schema: SchemaNode): SchemaNode {
  if ('items' in schema || !namesOf(schema['type']).includes('array')) return schema;
  return { ...schema, items: {} };
}
