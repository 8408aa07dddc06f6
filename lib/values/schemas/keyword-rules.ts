import { canonicalJson } from '../json/canonical.js';
import type { JsonValue } from '../json/json.js';
import { isList, isNode, namesOf, type SchemaNode } from './subschemas.js';

type Fits = (schema: JsonValue, value: unknown) => boolean;
/** Whether a value fits one keyword of a schema. Values of a type that the keyword doesn't speak of fit. */
export type KeywordRule = (rule: JsonValue, value: unknown, schema: SchemaNode, fits: Fits) => boolean;

const ofNumbers =
  (check: (value: number, limit: number) => boolean): KeywordRule =>
  (limit, value) =>
    typeof value !== 'number' || typeof limit !== 'number' || check(value, limit);
const ofStrings =
  (check: (length: number, limit: number) => boolean): KeywordRule =>
  (limit, value) =>
    // Characters are code points.
    typeof value !== 'string' || typeof limit !== 'number' || check(Array.from(value).length, limit);
const ofLists =
  (
    check: (value: readonly unknown[], rule: JsonValue, schema: SchemaNode, fits: Fits) => boolean,
  ): KeywordRule =>
  (rule, value, schema, fits) =>
    !Array.isArray(value) || check(value, rule, schema, fits);
const ofObjects =
  (check: (value: Entries, rule: JsonValue, schema: SchemaNode, fits: Fits) => boolean): KeywordRule =>
  (rule, value, schema, fits) =>
    typeof value !== 'object' ||
    value === null ||
    Array.isArray(value) ||
    check(value as Entries, rule, schema, fits);

type Entries = Readonly<Record<string, unknown>>;

/** https://json-schema.org/draft/2020-12/json-schema-validation, save `$ref`, `unevaluatedItems` and `unevaluatedProperties` */
export const keywordRules: Readonly<Record<string, KeywordRule>> = {
  type: (rule, value) => namesOf(rule).some((type) => isOfType(value, type)),
  enum: (rule, value) => !isList(rule) || rule.some((each) => isSame(each, value)),
  const: (rule, value) => isSame(rule, value),
  anyOf: (rule, value, _schema, fits) => !isList(rule) || rule.some((each) => fits(each, value)),
  allOf: (rule, value, _schema, fits) => !isList(rule) || rule.every((each) => fits(each, value)),
  oneOf: (rule, value, _schema, fits) =>
    !isList(rule) || rule.filter((each) => fits(each, value)).length === 1,
  not: (rule, value, _schema, fits) => !fits(rule, value),
  if: (rule, value, schema, fits) =>
    fits((fits(rule, value) ? schema['then'] : schema['else']) ?? true, value),
  minimum: ofNumbers((value, limit) => value >= limit),
  maximum: ofNumbers((value, limit) => value <= limit),
  exclusiveMinimum: ofNumbers((value, limit) => value > limit),
  exclusiveMaximum: ofNumbers((value, limit) => value < limit),
  multipleOf: ofNumbers((value, by) => Math.abs(value / by - Math.round(value / by)) < 1e-9),
  minLength: ofStrings((length, limit) => length >= limit),
  maxLength: ofStrings((length, limit) => length <= limit),
  pattern: (rule, value) => typeof value !== 'string' || isMatch(rule, value),
  minItems: ofLists((value, limit) => value.length >= Number(limit)),
  maxItems: ofLists((value, limit) => value.length <= Number(limit)),
  uniqueItems: ofLists(
    (value, rule) => rule !== true || new Set(value.map(canonicalJson)).size === value.length,
  ),
  prefixItems: ofLists((value, rule, _schema, fits) => {
    return !isList(rule) || rule.every((each, index) => index >= value.length || fits(each, value[index]));
  }),
  items: ofLists((value, rule, schema, fits) => {
    const first = isList(schema['prefixItems']) ? schema['prefixItems'].length : 0;
    return value.slice(first).every((each) => fits(rule, each));
  }),
  contains: ofLists((value, rule, { minContains = 1, maxContains = Infinity }, fits) => {
    const found = value.filter((each) => fits(rule, each)).length;
    return found >= Number(minContains) && found <= Number(maxContains);
  }),
  required: ofObjects((value, rule) => namesOf(rule).every((name) => Object.hasOwn(value, name))),
  minProperties: ofObjects((value, limit) => Object.keys(value).length >= Number(limit)),
  maxProperties: ofObjects((value, limit) => Object.keys(value).length <= Number(limit)),
  properties: ofObjects((value, rule, _schema, fits) => {
    const known = isNode(rule) ? Object.entries(rule) : [];
    return known.every(([name, each]) => !Object.hasOwn(value, name) || fits(each, value[name]));
  }),
  patternProperties: ofObjects((value, rule, _schema, fits) => {
    const known = isNode(rule) ? Object.entries(rule) : [];
    return Object.entries(value).every(([name, each]) =>
      known.every(([pattern, below]) => !isMatch(pattern, name) || fits(below, each)),
    );
  }),
  additionalProperties: ofObjects((value, rule, { properties, patternProperties }, fits) => {
    const patterns = isNode(patternProperties) ? Object.keys(patternProperties) : [];
    return Object.entries(value).every(([name, each]) => {
      const isKnown = isNode(properties) && Object.hasOwn(properties, name);
      return isKnown || patterns.some((pattern) => isMatch(pattern, name)) || fits(rule, each);
    });
  }),
  propertyNames: ofObjects((value, rule, _schema, fits) =>
    Object.keys(value).every((name) => fits(rule, name)),
  ),
  dependentRequired: ofObjects((value, rule) =>
    Object.entries(isNode(rule) ? rule : {}).every(
      ([name, others]) =>
        !Object.hasOwn(value, name) || namesOf(others).every((each) => Object.hasOwn(value, each)),
    ),
  ),
  dependentSchemas: ofObjects((value, rule, _schema, fits) =>
    Object.entries(isNode(rule) ? rule : {}).every(
      ([name, each]) => !Object.hasOwn(value, name) || fits(each, value),
    ),
  ),
};

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      // oxlint-disable-next-line valid-typeof -- string, number or boolean, as JSON Schema and JavaScript name them
      return typeof value === type;
  }
}

function isSame(literal: JsonValue, value: unknown): boolean {
  if (typeof literal !== 'object' || literal === null) return literal === value;
  return typeof value === 'object' && value !== null && canonicalJson(literal) === canonicalJson(value);
}

function isMatch(pattern: JsonValue, text: string): boolean {
  try {
    return new RegExp(String(pattern), 'u').test(text);
  } catch {
    return true;
  }
}
