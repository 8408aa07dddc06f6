import type { JsonValue } from '../json/json.js';
import { resolveReference } from './references.js';
import { SchemaCheck } from './schema-check.js';
import { isList, isNode, namesOf, type SchemaNode } from './subschemas.js';

/** Deeper values stay as they are: the walk through value and schema takes some twenty frames of the stack for each level. */
const deepest = 100;

/**
 * Takes `null` away where it can only mean "absent": at a property that may be missing and may not be null. Vendors' strict
 * modes want every property, so models write null for those that they leave out; many write it without being told to.
 */
export class NullRemoval {
  private readonly check: SchemaCheck;
  private readonly visited = new WeakMap<object, Map<SchemaNode, unknown>>();

  constructor(schema: JsonValue) {
    this.check = new SchemaCheck(schema);
  }

  /** The value without these nulls; the same value where there are none. */
  from(value: unknown): unknown {
    if (!holdsNull(value) || depthOf(value) > deepest) return value;
    return this.visit(this.check.root, value);
  }

  /** Whether the value fits the schema. */
  fits(value: unknown): boolean {
    return depthOf(value) > deepest || this.check.fits(this.check.root, value);
  }

  /** Each pair of a schema and a value once: so that cycles of references end, and unions inside unions take no longer. */
  private visit(schema: JsonValue, value: unknown): unknown {
    if (!isNode(schema) || typeof value !== 'object' || value === null) return value;
    const bySchema = this.visited.get(value) ?? new Map<SchemaNode, unknown>();
    this.visited.set(value, bySchema);
    if (bySchema.has(schema)) return bySchema.get(schema);
    bySchema.set(schema, value);
    const result = this.visitOnce(schema, value);
    bySchema.set(schema, result);
    return result;
  }

  private visitOnce(schema: SchemaNode, value: object): unknown {
    let result: unknown = value;
    for (const same of this.conjuncts(schema)) result = this.visit(same, result);
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      const branches = schema[keyword];
      if (isList(branches)) result = this.visitUnion(branches, result);
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
  private visitUnion(branches: readonly JsonValue[], value: unknown): unknown {
    const likely = branches.filter((branch) => this.isLikely(branch, value, 0));
    const [only] = likely;
    if (likely.length === 1 && only !== undefined) return this.visit(only, value);
    // Null is what was meant where it fits.
    if (likely.some((branch) => this.check.fits(branch, value))) return value;
    for (const branch of likely) {
      const without = this.visit(branch, value);
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
    const visited = value.map((each, index) => this.visit(first[index] ?? items ?? true, each));
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
      const visited = this.visit(below ?? additionalProperties ?? true, each);
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

/** Whether there is a null in it. */
function holdsNull(value: unknown): boolean {
  const open: unknown[] = [value];
  while (open.length > 0) {
    const each = open.pop();
    if (each === null) return true;
    if (typeof each === 'object') for (const below of Object.values(each)) open.push(below);
  }
  return false;
}

/** Levels of objects and lists; more than `deepest` are not counted. */
function depthOf(value: unknown): number {
  let most = 0;
  const open: [unknown, number][] = [[value, 0]];
  for (let next = open.pop(); next !== undefined && most <= deepest; next = open.pop()) {
    const [each, depth] = next;
    if (typeof each !== 'object' || each === null) continue;
    most = Math.max(most, depth + 1);
    for (const below of Object.values(each)) open.push([below, depth + 1]);
  }
  return most;
}
