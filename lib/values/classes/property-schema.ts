import { ValidationTypes } from 'class-validator';
import { intersection, isList, isNode, namesOf, type SchemaNode } from '../schemas/index.js';
import type { ClassProperty } from './class-property.js';
import { isOptionalCondition } from './optional-condition.js';
import { type Rule, ruleOf } from './rule.js';

/** What TypeScript emitted as the type of a property. */
const emitted: ReadonlyMap<unknown, SchemaNode> = new Map<unknown, SchemaNode>([
  [String, { type: 'string' }],
  [Number, { type: 'number' }],
  [Boolean, { type: 'boolean' }],
]);
const scalars: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean', 'null']);

export interface PropertySchema {
  readonly schema: SchemaNode;
  readonly required: boolean;
}

/**
 * What the decorators of a property say together: each one as JSON Schema, or in words in the description.
 * @param nested the schema of the class that `@ValidateNested` names
 * @param type what TypeScript emitted for the property
 */
export function propertySchema(
  { metadata }: ClassProperty,
  nested: SchemaNode | undefined,
  type: unknown,
): PropertySchema {
  const rules = metadata.filter(({ each }) => !each).flatMap((each) => ruleOf(each) ?? []);
  const ofElements = metadata.filter(({ each }) => each).flatMap((each) => ruleOf(each) ?? []);
  const nestedEach = metadata.some(
    ({ type: kind, each }) => kind === ValidationTypes.NESTED_VALIDATION && each,
  );
  const isMany =
    ofElements.length > 0 || nestedEach || isListType(type) || rules.some(({ schema }) => isArray(schema));
  const own = nested === undefined ? rules : rules.filter(({ name }) => name !== 'isObject');
  const parts = isMany
    ? [container(type, together(ofElements, nested, undefined)), ...schemasOf(own)]
    : [...(nested === undefined ? [] : [nested]), ...schemasOf(own)];
  const schema = worded(closer(conjunction(parts), own, type), own);
  const conditions = metadata.filter(({ type: kind }) => kind === ValidationTypes.CONDITIONAL_VALIDATION);
  if (!conditions.every(isOptionalCondition)) return { schema: conditional(schema), required: false };
  if (conditions.length > 0) return { schema: withNull(schema), required: false };
  return {
    schema,
    required: nested !== undefined || [...rules, ...ofElements].some(({ requires }) => requires),
  };
}

/** Rules of elements, with their words. */
function together(rules: readonly Rule[], nested: SchemaNode | undefined, type: unknown): SchemaNode {
  const parts = [...(nested === undefined ? [] : [nested]), ...schemasOf(rules)];
  return worded(closer(conjunction(parts), rules, type), rules);
}

function schemasOf(rules: readonly Rule[]): SchemaNode[] {
  // What @IsNotEmpty and @IsDefined mean hangs on the type: see `closer`.
  return rules
    .filter(({ name }) => name !== 'isNotEmpty' && name !== 'isDefined')
    .map(({ schema }) => schema);
}

/** One schema, as far as one can say it; what can't be merged is under `allOf`. */
function conjunction(parts: readonly SchemaNode[]): SchemaNode {
  const apart: SchemaNode[] = [];
  const merged = parts.reduce<SchemaNode>((whole, part) => {
    const both = intersection(whole, part);
    if (both === undefined) apart.push(part);
    return both ?? whole;
  }, {});
  if (apart.length === 0) return merged;
  return 'allOf' in merged ? { allOf: [merged, ...apart] } : { ...merged, allOf: apart };
}

/** What depends on the other rules: the emitted type where none names one, and rules that mean less for some types. */
function closer(schema: SchemaNode, rules: readonly Rule[], type: unknown): SchemaNode {
  const names = new Set(rules.map(({ name }) => name));
  const typed = isTyped(schema) ? schema : { ...emitted.get(type), ...schema };
  const isText = namesOf(typed['type']).join() === 'string';
  let closest = typed;
  if (names.has('isNotEmpty') && isText && !('enum' in typed))
    closest = conjunction([typed, { minLength: 1 }]);
  if (!isTyped(typed)) {
    if (names.has('isNotEmpty')) closest = conjunction([typed, { not: { enum: ['', null] } }]);
    else if (names.has('isDefined')) closest = conjunction([typed, { not: { type: 'null' } }]);
  } else if ((names.has('isNotEmpty') || names.has('isDefined')) && isList(typed['enum'])) {
    closest = {
      ...typed,
      enum: typed['enum'].filter((each) => each !== null && !(each === '' && names.has('isNotEmpty'))),
    };
  }
  // class-validator compares objects by identity, JSON Schema by content.
  if (!names.has('arrayUnique') || !isNode(closest['items'])) return closest;
  return areScalar(closest['items']) ? { ...closest, uniqueItems: true } : closest;
}

function worded(schema: SchemaNode, rules: readonly Rule[]): SchemaNode {
  const told = rules
    .filter(({ name }) => !(name === 'arrayUnique' && schema['uniqueItems'] === true))
    .flatMap(({ told: words }) => words ?? []);
  return told.length === 0 ? schema : { ...schema, description: told.join('. ') };
}

/** Checked only where the application's condition holds; elsewhere every value will do. */
function conditional(schema: SchemaNode): SchemaNode {
  return {
    description: `Checked only under a condition of the application, and then: ${JSON.stringify(schema)}`,
  };
}

/** `@IsOptional` takes null as well. */
function withNull(schema: SchemaNode): SchemaNode {
  const { description, ...rules } = schema;
  if (Object.keys(rules).length === 0) return schema;
  return {
    anyOf: [rules, { type: 'null' }],
    ...(description === undefined ? {} : { description }),
  };
}

function container(type: unknown, elements: SchemaNode): SchemaNode {
  return type === Map
    ? { type: 'object', additionalProperties: elements }
    : { type: 'array', items: elements };
}

function isListType(type: unknown): boolean {
  return type === Array || type === Set || type === Map;
}

function isArray(schema: SchemaNode): boolean {
  return schema['type'] === 'array';
}

function isTyped(schema: SchemaNode): boolean {
  return ['type', 'enum', 'const', '$ref', 'anyOf', 'allOf'].some((keyword) => keyword in schema);
}

function areScalar(items: SchemaNode): boolean {
  const types = namesOf(items['type']);
  return 'enum' in items || (types.length > 0 && types.every((type) => scalars.has(type)));
}
