import { isList, isNode, type JsonValue, namesOf, type SchemaNode } from '../../values/index.js';

/** Finds what a reference leads to. */
export type Resolve = (reference: string) => JsonValue | undefined;

/** Properties of properties that are looked at: discriminators are at the top, or nearly so. */
const deepest = 3;

/** Whether it can be seen that no value fits two of them: then `anyOf` says the same as `oneOf`. */
export function areDisjoint(branches: readonly JsonValue[], resolve: Resolve): boolean {
  return branches.every((a, index) => branches.slice(index + 1).every((b) => disjoint(a, b, resolve, 0)));
}

function disjoint(a: JsonValue, b: JsonValue, resolve: Resolve, depth: number): boolean {
  const [one, other] = [target(a, resolve), target(b, resolve)];
  if (one === undefined || other === undefined || depth > deepest) return false;
  const [values, others] = [literalsOf(one), literalsOf(other)];
  if (values && others) return !values.some((value) => others.includes(value));
  const [types, otherTypes] = [typesOf(one), typesOf(other)];
  if (types.length > 0 && otherTypes.length > 0 && !types.some((type) => otherTypes.includes(type)))
    return true;
  return isObjectOnly(types) && isObjectOnly(otherTypes) && byDiscriminator(one, other, resolve, depth);
}

function isObjectOnly(types: readonly string[]): boolean {
  return types.length === 1 && types[0] === 'object';
}

/** Both require one property, and no value of it fits both. */
function byDiscriminator(a: SchemaNode, b: SchemaNode, resolve: Resolve, depth: number): boolean {
  const [ours, theirs] = [a['properties'], b['properties']];
  if (!isNode(ours) || !isNode(theirs)) return false;
  const both = namesOf(a['required']).filter((name) => namesOf(b['required']).includes(name));
  return both.some((name) => disjoint(ours[name] ?? true, theirs[name] ?? true, resolve, depth + 1));
}

function target(schema: JsonValue, resolve: Resolve): SchemaNode | undefined {
  let node: JsonValue | undefined = schema;
  for (let hops = 0; isNode(node) && typeof node['$ref'] === 'string'; hops++) {
    if (hops > 100) return undefined;
    node = resolve(node['$ref']);
  }
  return isNode(node) ? node : undefined;
}

function literalsOf({ const: literal, enum: listed }: SchemaNode): readonly JsonValue[] | undefined {
  const values = literal === undefined ? listed : [literal];
  return isList(values) && values.every((value) => typeof value !== 'object' || value === null)
    ? values
    : undefined;
}

function typesOf(schema: SchemaNode): readonly string[] {
  const literals = literalsOf(schema);
  if (literals) return literals.map((value) => (value === null ? 'null' : typeof value));
  return namesOf(schema['type']).map((type) => (type === 'integer' ? 'number' : type));
}
