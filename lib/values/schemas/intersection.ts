import { canonicalJson } from '../json/canonical.js';
import type { JsonValue } from '../json/json.js';
import { isAlways, isList, isNever, isNode, namesOf, type SchemaNode } from './subschemas.js';

/** Whether two keywords of one name say together what a single one can say: then that one. */
type Merge = (a: JsonValue, b: JsonValue) => JsonValue | undefined;

const larger: Merge = (a, b) => (typeof a === 'number' && typeof b === 'number' ? Math.max(a, b) : undefined);
const smaller: Merge = (a, b) =>
  typeof a === 'number' && typeof b === 'number' ? Math.min(a, b) : undefined;

const merges: Readonly<Record<string, Merge>> = {
  type: commonTypes,
  enum: (a, b) => {
    if (!isList(a) || !isList(b)) return undefined;
    const known = new Set(b.map(canonicalJson));
    return a.filter((each) => known.has(canonicalJson(each)));
  },
  minimum: larger,
  exclusiveMinimum: larger,
  maximum: smaller,
  exclusiveMaximum: smaller,
  minLength: larger,
  maxLength: smaller,
  minItems: larger,
  maxItems: smaller,
  minProperties: larger,
  maxProperties: smaller,
  uniqueItems: (a, b) => a === true || b === true,
  required: (a, b) => [...new Set([...namesOf(a), ...namesOf(b)])],
  properties: commonProperties,
  items: bothOf,
  description: (a, b) => (a === b ? a : `${String(a)}\n${String(b)}`),
  title: (a) => a,
  $comment: (a) => a,
  $schema: (a) => a,
  default: (a) => a,
  examples: (a) => a,
  deprecated: (a) => a,
};

/** Keywords whose meaning hangs on others beside them: two schemas that differ in them can't be put into one. */
const entangled = [
  'additionalProperties',
  'patternProperties',
  'unevaluatedProperties',
  'prefixItems',
  'unevaluatedItems',
  'contains',
  'minContains',
  'maxContains',
  'if',
  'then',
  'else',
  '$ref',
  '$dynamicRef',
  '$id', // prettier-ignore
] as const;

/** One schema that exactly those values fit that fit both; undefined where one schema without `allOf` can't say it. */
export function intersection(a: SchemaNode, b: SchemaNode): SchemaNode | undefined {
  if (isAlways(a)) return b;
  if (isAlways(b)) return a;
  if (entangled.some((keyword) => clash(a, b, keyword) || clash(b, a, keyword))) return undefined;
  const merged: Record<string, JsonValue> = { ...a };
  for (const [keyword, value] of Object.entries(b)) {
    const own = Object.hasOwn(merged, keyword) ? merged[keyword] : undefined;
    if (own === undefined || canonicalJson(own) === canonicalJson(value)) {
      merged[keyword] = value;
      continue;
    }
    const both = merges[keyword]?.(own, value);
    if (both === undefined) return undefined;
    merged[keyword] = both;
  }
  return merged;
}

/** Whether `keyword` of `a` would mean something else once the keywords of `b` are beside it. */
function clash(a: SchemaNode, b: SchemaNode, keyword: (typeof entangled)[number]): boolean {
  if (!(keyword in a)) return false;
  if (keyword in b && canonicalJson(a[keyword]) !== canonicalJson(b[keyword])) return true;
  switch (keyword) {
    case 'additionalProperties':
      return !sameNames(a['properties'], b['properties']) || 'patternProperties' in b;
    case 'prefixItems':
      return 'items' in b && !('prefixItems' in b) && !isAlways(b['items']);
    case 'unevaluatedProperties':
    case 'unevaluatedItems':
    case '$ref':
    case '$dynamicRef':
    case '$id':
      return true;
    default:
      return false;
  }
}

function sameNames(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  const known = isNode(a) ? a : {};
  return !isNode(b) || Object.keys(b).every((name) => Object.hasOwn(known, name));
}

function bothOf(a: JsonValue, b: JsonValue): JsonValue | undefined {
  if (isNever(a) || isNever(b)) return { not: {} };
  return isNode(a) && isNode(b) ? intersection(a, b) : undefined;
}

function commonProperties(a: JsonValue, b: JsonValue): JsonValue | undefined {
  if (!isNode(a) || !isNode(b)) return undefined;
  const merged: Record<string, JsonValue> = { ...a };
  for (const [name, schema] of Object.entries(b)) {
    const own = Object.hasOwn(merged, name) ? merged[name] : undefined;
    const both = own === undefined ? schema : bothOf(own, schema);
    if (both === undefined) return undefined;
    merged[name] = both;
  }
  return merged;
}

/** `integer` is a kind of `number`. No common type at all can't be written as `type`. */
function commonTypes(a: JsonValue, b: JsonValue): JsonValue | undefined {
  const [ours, theirs] = [namesOf(a), namesOf(b)];
  const common = [
    ...ours.filter((type) => theirs.includes(type) || (type === 'integer' && theirs.includes('number'))),
    ...theirs.filter((type) => type === 'integer' && ours.includes('number') && !ours.includes('integer')),
  ];
  if (common.length === 0) return undefined;
  return common.length === 1 ? (common[0] ?? null) : common;
}
