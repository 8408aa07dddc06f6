import type { JsonValue } from '../json.js';
import { resolveReference } from './references.js';
import { SchemaCheck } from './schema-check.js';
import { isList, isNode, namesOf, type SchemaNode } from './subschemas.js';

/** Deeper values are refused wherever they go next: the journal takes 500 levels. */
const deepest = 500;

/**
 * Takes `null` away where it can only mean "absent": at a property that may be missing and may not be null. Vendors' strict
 * modes want every property, so models write null for those that they leave out; many write it without being told to.
 */
export class NullRemoval {
  private readonly check: SchemaCheck;

  constructor(schema: JsonValue) {
    this.check = new SchemaCheck(schema);
  }

  /** The value without these nulls; the same value where there are none. */
  from(value: unknown): unknown {
    // Null is what was meant where it fits.
    if (!holdsNull(value) || this.fits(value)) return value;
    return this.visit(this.check.root, value, []);
  }

  /** Whether the value fits the schema. */
  fits(value: unknown): boolean {
    return this.check.fits(this.check.root, value);
  }

  /** @param above schemas that led here without a step into the value, so that circles of references end */
  private visit(schema: JsonValue, value: unknown, above: readonly JsonValue[]): unknown {
    if (!isNode(schema) || typeof value !== 'object' || value === null || above.includes(schema))
      return value;
    const path = [...above, schema];
    let result = value as unknown;
    for (const same of this.conjuncts(schema)) result = this.visit(same, result, path);
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      const branches = schema[keyword];
      if (isList(branches)) result = this.visitUnion(branches, result, path);
    }
    if (Array.isArray(result)) return this.visitElements(schema, result);
    return this.visitProperties(schema, result as Record<string, unknown>);
  }

  /** Schemas that the whole value has to fit as well. */
  private conjuncts(schema: SchemaNode): readonly JsonValue[] {
    const reference = schema['$ref'];
    const target = typeof reference === 'string' ? this.resolve(reference) : undefined;
    const all = schema['allOf'];
    return [...(target === undefined ? [] : [target]), ...(isList(all) ? all : [])];
  }

  private resolve(reference: string): JsonValue | undefined {
    return resolveReference(this.check.root, reference);
  }

  /** By the branch that the value fits once it is rid of its nulls. */
  private visitUnion(branches: readonly JsonValue[], value: unknown, path: readonly JsonValue[]): unknown {
    const likely = branches.filter((branch) => this.isLikely(branch, value, 0));
    const [only] = likely;
    if (likely.length === 1 && only !== undefined) return this.visit(only, value, path);
    if (likely.some((branch) => this.check.fits(branch, value))) return value;
    for (const branch of likely) {
      const without = this.visit(branch, value, path);
      if (this.check.fits(branch, without)) return without;
    }
    return value;
  }

  /** A look at types and literals only, so that deep unions are not checked as a whole on each level. */
  private isLikely(branch: JsonValue, value: unknown, depth: number): boolean {
    if (!isNode(branch) || depth > 8) return true;
    const reference = branch['$ref'];
    const target = typeof reference === 'string' ? this.resolve(reference) : undefined;
    if (target !== undefined && !this.isLikely(target, value, depth + 1)) return false;
    const types = namesOf(branch['type']);
    if (types.length > 0 && !types.includes(Array.isArray(value) ? 'array' : 'object')) return false;
    return Array.isArray(value) || hasItsLiterals(branch, value as Record<string, unknown>);
  }

  private visitElements(schema: SchemaNode, value: readonly unknown[]): unknown {
    const { prefixItems, items } = schema;
    const first = isList(prefixItems) ? prefixItems : [];
    const visited = value.map((each, index) => this.visit(first[index] ?? items ?? true, each, []));
    return visited.some((each, index) => each !== value[index]) ? visited : value;
  }

  private visitProperties(schema: SchemaNode, value: Readonly<Record<string, unknown>>): unknown {
    const { properties, additionalProperties } = schema;
    const known = isNode(properties) ? properties : {};
    const required = namesOf(schema['required']);
    let changed = false;
    const entries = Object.entries(value).flatMap(([name, each]): [string, unknown][] => {
      const below = Object.hasOwn(known, name) ? known[name] : undefined;
      if (each === null && below !== undefined && !required.includes(name) && !this.check.fits(below, null)) {
        changed = true;
        return [];
      }
      const visited = this.visit(below ?? additionalProperties ?? true, each, []);
      changed ||= visited !== each;
      return [[name, visited]];
    });
    return changed ? Object.fromEntries(entries) : value;
  }
}

/** Whether the properties for which a schema lists the values have one of them, or may be missing. */
function hasItsLiterals(schema: SchemaNode, value: Readonly<Record<string, unknown>>): boolean {
  const required = namesOf(schema['required']);
  const { properties } = schema;
  return Object.entries(isNode(properties) ? properties : {}).every(([name, below]) => {
    if (!Object.hasOwn(value, name) || !isNode(below)) return true;
    const { const: literal, enum: listed } = below;
    const options = literal === undefined ? listed : [literal];
    if (!isList(options) || options.some((each) => typeof each === 'object' && each !== null)) return true;
    const given = value[name];
    return (options as readonly unknown[]).includes(given) || (given === null && !required.includes(name));
  });
}

/** Whether there is a null in it. Values that are too deep are left to those who refuse them. */
function holdsNull(value: unknown): boolean {
  let found = false;
  const open: [unknown, number][] = [[value, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [each, depth] = next;
    if (each === null) found = true;
    if (typeof each !== 'object' || each === null) continue;
    if (depth >= deepest) return false;
    for (const below of Object.values(each)) open.push([below, depth + 1]);
  }
  return found;
}
