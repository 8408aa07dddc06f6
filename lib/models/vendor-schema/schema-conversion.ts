import {
  intersection,
  isAlways,
  isList,
  isNever,
  isNode,
  type JsonValue,
  namesOf,
  resolveReference,
  type SchemaNode,
} from '../../values/index.js';
import { annotated, described } from './annotations.js';
import { areDisjoint } from './disjoint.js';
import { literalBranches } from './literals.js';
import { NotExpressible } from './not-expressible.js';
import type { SchemaDialect } from './schema-dialect.js';
import { SchemaDefinitions } from './schema-definitions.js';
import { typeRules } from './type-rules.js';

/** Far above what any vendor takes. */
const deepest = 200;
const mostSteps = 20_000;

/** One conversion of one schema into a vendor's dialect. */
export class SchemaConversion {
  private readonly definitions: SchemaDefinitions;
  /** Schemas of properties that may be missing, and are null then. */
  private readonly mayBeMissing: SchemaNode[] = [];
  private depth = 0;
  private steps = 0;

  constructor(
    private readonly root: SchemaNode,
    private readonly dialect: SchemaDialect,
  ) {
    this.definitions = new SchemaDefinitions(root, dialect, (schema) => this.convert(schema));
  }

  /** @throws {NotExpressible} */
  result(): SchemaNode {
    const { $defs: _definitions, definitions: _older, ...root } = this.root;
    const converted = this.convert(root);
    const definitions = this.definitions.keyword();
    // Null would stand for two things, and nobody could tell them apart again.
    if (this.mayBeMissing.some((each) => takesNull(each, definitions['$defs']))) throw new NotExpressible();
    return { ...converted, ...definitions };
  }

  private convert(schema: JsonValue): SchemaNode {
    if (!isNode(schema) || (this.steps += 1) > mostSteps) throw new NotExpressible();
    return this.nested(() => this.convertNode(schema));
  }

  /** Schemas that are put together with themselves have no end. */
  private nested<T>(body: () => T): T {
    if (this.depth >= deepest) throw new NotExpressible();
    this.depth += 1;
    try {
      return body();
    } finally {
      this.depth -= 1;
    }
  }

  private convertNode(schema: SchemaNode): SchemaNode {
    const { rules, title, description } = annotated(schema);
    const converted = this.convertRules(rules);
    const text = [description, converted['description']].filter((each) => each !== undefined).join('\n\n');
    // References take nothing beside them: "$ref cannot have keywords".
    const bearer = text !== '' && '$ref' in converted ? { anyOf: [converted] } : converted;
    return {
      ...bearer,
      ...(title === undefined || '$ref' in bearer ? {} : { title }),
      ...(text === '' ? {} : { description: text }),
    };
  }

  private convertRules(rules: SchemaNode): SchemaNode {
    if (isAlways(rules) || isNever(rules)) throw new NotExpressible();
    if ('$ref' in rules) return this.convertReference(rules);
    if ('allOf' in rules) return this.convert(this.withoutAllOf(rules));
    if ('anyOf' in rules || 'oneOf' in rules) return this.convertUnion(rules);
    if ('enum' in rules || 'const' in rules) return unionOf(literalBranches(rules));
    const types = namesOf(rules['type']);
    if (types.length !== 1) return unionOf(types.map((type) => this.convertRules({ ...rules, type })));
    return this.convertType(rules, types[0] ?? '');
  }

  private convertReference(rules: SchemaNode): SchemaNode {
    const { $ref: reference, ...others } = rules;
    if (typeof reference !== 'string') throw new NotExpressible();
    if (isAlways(others)) return this.definitions.reference(reference);
    return this.convert(both(others, this.targetOf(reference)));
  }

  private withoutAllOf({ allOf, ...rules }: SchemaNode): SchemaNode {
    if (!isList(allOf)) throw new NotExpressible();
    return allOf.reduce<SchemaNode>((merged, each) => {
      if (isAlways(each)) return merged;
      if (!isNode(each)) throw new NotExpressible();
      const { $ref: reference, ...others } = each;
      const branch = typeof reference === 'string' ? both(others, this.targetOf(reference)) : each;
      const flat = 'allOf' in branch ? this.nested(() => this.withoutAllOf(branch)) : branch;
      return both(merged, flat);
    }, rules);
  }

  /** A schema that another is put together with: one that contains itself has no end. */
  private targetOf(reference: string, seen: readonly string[] = []): SchemaNode {
    const target = resolveReference(this.root, reference);
    if (!isNode(target) || seen.includes(reference)) throw new NotExpressible();
    const { $ref: further, $defs: _definitions, definitions: _older, ...others } = target;
    if (typeof further !== 'string') return others;
    return both(others, this.targetOf(further, [...seen, reference]));
  }

  /** What is beside a union holds in each of its branches. */
  private convertUnion(rules: SchemaNode): SchemaNode {
    const { anyOf, oneOf, ...others } = rules;
    const branches = anyOf ?? oneOf;
    if (!isList(branches) || (anyOf !== undefined && oneOf !== undefined)) throw new NotExpressible();
    if (oneOf !== undefined && !areDisjoint(branches, (each) => resolveReference(this.root, each)))
      throw new NotExpressible();
    const possible = branches.filter((branch) => !isNever(branch));
    return unionOf(
      possible.map((branch) => this.convert(isAlways(others) ? branch : this.bothBranch(others, branch))),
    );
  }

  private bothBranch(others: SchemaNode, branch: JsonValue): SchemaNode {
    return this.withoutAllOf({ allOf: [others, branch] });
  }

  private convertType(rules: SchemaNode, type: string): SchemaNode {
    const { kept, told } = typeRules(rules, type, this.dialect);
    const text = described(undefined, told);
    return {
      type,
      ...kept,
      ...(type === 'array' ? { items: this.convert(rules['items'] ?? true) } : {}),
      ...(type === 'object' ? this.convertObject(rules) : {}),
      ...(text === undefined ? {} : { description: text }),
    };
  }

  /** Objects of strict modes are closed, and know all their properties. */
  private convertObject(rules: SchemaNode): SchemaNode {
    const { properties, additionalProperties = false } = rules;
    const required = namesOf(rules['required']);
    if (!isNode(properties) || !isNever(additionalProperties)) throw new NotExpressible();
    if (required.some((name) => !Object.hasOwn(properties, name))) throw new NotExpressible();
    const converted = Object.entries(properties).flatMap(([name, schema]): [string, SchemaNode][] => {
      if (required.includes(name)) return [[name, this.convert(schema)]];
      // What may only be missing is left out of a closed object.
      return isNever(schema) ? [] : [[name, this.convertOptional(schema)]];
    });
    const names = converted.map(([name]) => name);
    return {
      properties: Object.fromEntries(converted),
      required:
        this.dialect.optional === 'nullable' ? names : names.filter((name) => required.includes(name)),
      additionalProperties: false,
    };
  }

  private convertOptional(schema: JsonValue): SchemaNode {
    const converted = this.convert(schema);
    if (this.dialect.optional === 'absent') return converted;
    this.mayBeMissing.push(converted);
    return withNull(converted);
  }
}

function both(a: SchemaNode, b: SchemaNode): SchemaNode {
  const merged = intersection(a, b);
  if (merged === undefined) throw new NotExpressible();
  return merged;
}

function unionOf(branches: readonly SchemaNode[]): SchemaNode {
  const [only] = branches;
  if (only === undefined) throw new NotExpressible();
  return branches.length === 1 ? only : { anyOf: branches };
}

/** Also null. A list of types is enough where nothing but the type says what fits. */
function withNull(schema: SchemaNode): SchemaNode {
  const { title, description, ...rules } = schema;
  const about = {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
  };
  const { type, anyOf } = rules;
  if (isList(anyOf)) return { anyOf: [...anyOf, { type: 'null' }], ...about };
  const simple = typeof type === 'string' && !('enum' in rules) && type !== 'object' && type !== 'array';
  return simple ? { ...schema, type: [type, 'null'] } : { anyOf: [rules, { type: 'null' }], ...about };
}

/** Of a converted schema. The root is an object. */
function takesNull(schema: JsonValue, definitions: JsonValue | undefined): boolean {
  if (!isNode(schema)) return false;
  const { type, anyOf, $ref: reference } = schema;
  if (namesOf(type).includes('null')) return true;
  if (isList(anyOf)) return anyOf.some((each) => takesNull(each, definitions));
  if (typeof reference !== 'string' || reference === '#' || !isNode(definitions)) return false;
  return takesNull(definitions[reference.slice('#/$defs/'.length)] ?? {}, definitions);
}
