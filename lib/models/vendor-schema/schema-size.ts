import {
  isList,
  isNode,
  type JsonValue,
  mapSubschemas,
  namesOf,
  resolveReference,
  type SchemaNode,
} from '../../values/index.js';

/** What vendors limit. */
export interface SchemaSize {
  /** Objects and arrays inside one another; one inside itself counts once. */
  readonly depth: number;
  /** Properties of all objects. */
  readonly properties: number;
  /** Properties of all objects that are not required. */
  readonly optional: number;
  /** Schemas with `anyOf` or with a list of types. */
  readonly unions: number;
  /** Values of all enums. */
  readonly enumValues: number;
  /** Characters of the names of properties and definitions and of the values of enums. */
  readonly characters: number;
  /** Characters of the values of the longest enum of strings that has more than 250 of them. */
  readonly longEnumCharacters: number;
}

/** Measures a schema as it is sent: of `anyOf`, `$ref`, `enum`, `type`, `properties`, `items` and `$defs`. */
export function sizeOf(schema: SchemaNode): SchemaSize {
  const size = {
    properties: 0,
    optional: 0,
    unions: 0,
    enumValues: 0,
    characters: 0,
    longEnumCharacters: 0,
  };
  const count = (node: JsonValue): JsonValue => {
    if (!isNode(node)) return node;
    const names = isNode(node['properties']) ? Object.keys(node['properties']) : [];
    const definitions = isNode(node['$defs']) ? Object.keys(node['$defs']) : [];
    const values = isList(node['enum']) ? node['enum'].map(String) : [];
    const characters = lengthOf(values);
    size.properties += names.length;
    size.optional += names.length - namesOf(node['required']).length;
    size.unions += 'anyOf' in node || isList(node['type']) ? 1 : 0;
    size.enumValues += values.length;
    size.characters += characters + lengthOf(names) + lengthOf(definitions);
    if (values.length > 250) size.longEnumCharacters = Math.max(size.longEnumCharacters, characters);
    return mapSubschemas(node, count);
  };
  count(schema);
  return { depth: depthOf(schema, schema, new Map()), ...size };
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/** @param known depths that were measured already: many places may refer to one definition */
function depthOf(root: SchemaNode, node: JsonValue, known: Map<JsonValue, number>): number {
  if (!isNode(node)) return 0;
  const before = known.get(node);
  if (before !== undefined) return before;
  known.set(node, 0);
  const { $defs: _definitions, ...own } = node;
  let deepest = 0;
  const look = (below: JsonValue): JsonValue => {
    deepest = Math.max(deepest, depthOf(root, below, known));
    return below;
  };
  mapSubschemas(own, look);
  const reference = node['$ref'];
  if (typeof reference === 'string') look(resolveReference(root, reference) ?? {});
  const depth = deepest + (node['type'] === 'object' || node['type'] === 'array' ? 1 : 0);
  known.set(node, depth);
  return depth;
}
