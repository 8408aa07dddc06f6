import type { JsonValue, SchemaNode } from '../../values/index.js';
import { NotExpressible } from './not-expressible.js';
import type { RuledType, SchemaDialect } from './schema-dialect.js';

/** What a rule says nothing about: values of other types fit it. https://json-schema.org/draft/2020-12/json-schema-validation */
const rulesOf: Readonly<Record<RuledType, readonly string[]>> = {
  string: [
    'minLength',
    'maxLength',
    'pattern',
    'format',
    'contentEncoding',
    'contentMediaType',
    'contentSchema',
  ],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  array: ['items', 'prefixItems', 'unevaluatedItems', 'minItems', 'maxItems', 'uniqueItems', 'contains', 'minContains', 'maxContains'], // prettier-ignore
  object: ['properties', 'required', 'additionalProperties', 'patternProperties', 'unevaluatedProperties', 'propertyNames', 'minProperties', 'maxProperties', 'dependentRequired', 'dependentSchemas', 'dependencies'], // prettier-ignore
};
/** Converted on their own. */
const structure: ReadonlySet<string> = new Set(
  ['type', 'items', 'properties', 'required', 'additionalProperties'], // prettier-ignore
);
/** Rules that only refuse, so that a schema without them takes all that the schema with them takes, and more. */
const refusing: ReadonlySet<string> = new Set(
  [...rulesOf.string, ...rulesOf.number, 'minItems', 'maxItems', 'uniqueItems', 'contains', 'minContains', 'maxContains', 'propertyNames', 'minProperties', 'maxProperties', 'dependentRequired', 'not'], // prettier-ignore
);

const groups: Readonly<Record<string, RuledType | 'none'>> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  array: 'array',
  object: 'object',
  boolean: 'none',
  null: 'none',
};

/** The rules for values of one type, told apart: what the dialect knows, and what it can only be told in words. */
export function typeRules(
  rules: SchemaNode,
  type: string,
  dialect: SchemaDialect,
): { readonly kept: SchemaNode; readonly told: SchemaNode } {
  const group = groups[type];
  if (group === undefined) throw new NotExpressible();
  const kept: Record<string, JsonValue> = {};
  const told: Record<string, JsonValue> = {};
  const known = group === 'none' ? {} : dialect.rules[group];
  for (const [keyword, value] of Object.entries(rules)) {
    if (structure.has(keyword) || isOfOtherType(keyword, group)) continue;
    if (known[keyword]?.(value)) kept[keyword] = value;
    else if (dialect.otherRules === 'described' && isTold(keyword, value)) told[keyword] = value;
    else throw new NotExpressible();
  }
  return { kept, told };
}

/** A reference inside would lead nowhere. */
function isTold(keyword: string, value: JsonValue): boolean {
  return refusing.has(keyword) && !JSON.stringify(value).includes('"$ref"');
}

function isOfOtherType(keyword: string, group: RuledType | 'none'): boolean {
  if (group !== 'none' && rulesOf[group].includes(keyword)) return false;
  return Object.values(rulesOf).some((keywords) => keywords.includes(keyword));
}
