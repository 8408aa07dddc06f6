import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { ValidationTypes } from 'class-validator';
import { getMetadataSchema } from 'class-validator-jsonschema/build/decorators.js';
import { type ClassProperty, propertiesOf } from './class-property.js';
import { propertySchema } from './property-schema.js';
import { type ClassSchema, hasValidationRules, isUserClass } from './class-schema.js';
import type { JsonValue } from '../json/json.js';
import { isNode, modernSchema, type SchemaNode } from '../schemas/index.js';
import { toJson } from '../json/to-json.js';

/** JSON Schema of a class: nested classes inlined, those that contain themselves under `$defs`. */
export function jsonSchemaOfClass(schema: ClassSchema): JsonValue {
  // Read once, so that what a decorator was given can't change it afterwards.
  return modernSchema(toJson(new ClassJsonSchema().of(schema), `JSON Schema of ${schema.name}`) ?? {});
}

class ClassJsonSchema {
  private readonly ancestors: ClassSchema[] = [];
  private readonly recursive = new Map<ClassSchema, string>();
  private readonly definitions: Record<string, JsonValue> = {};

  of(schema: ClassSchema): SchemaNode {
    const root = this.convert(schema);
    return Object.keys(this.definitions).length === 0 ? root : { ...root, $defs: this.definitions };
  }

  private convert(schema: ClassSchema): SchemaNode {
    if (!hasValidationRules(schema)) return { type: 'object' };
    if (this.ancestors.includes(schema)) return this.reference(schema);
    this.ancestors.push(schema);
    const properties = propertiesOf(schema).map((property) => this.property(schema, property));
    this.ancestors.pop();
    const required = properties.filter((each) => each.required).map(({ name }) => name);
    const whole = decorated(schema, schema.name, {
      type: 'object',
      properties: Object.fromEntries(properties.map((each) => [each.name, each.schema])),
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: false,
    });
    const name = this.recursive.get(schema);
    if (name === undefined) return whole;
    this.definitions[name] = whole;
    return { $ref: `#/$defs/${name}` };
  }

  private property(schema: ClassSchema, property: ClassProperty) {
    const type: unknown = Reflect.getMetadata('design:type', schema.prototype as object, property.key);
    const isNested = property.metadata.some((each) => each.type === ValidationTypes.NESTED_VALIDATION);
    const { required, schema: own } = propertySchema(
      property,
      isNested ? this.nested(schema, property.key, type) : undefined,
      type,
    );
    return { name: property.name, required, schema: decorated(schema, property.key, own) };
  }

  /** The class behind a property: `@Type(() => Line)`, else the type that TypeScript emitted. */
  private nested(schema: ClassSchema, key: string, emitted: unknown): SchemaNode {
    const metadata = defaultMetadataStorage.findTypeMetadata(schema, key);
    const discriminator = metadata?.options.discriminator;
    if (discriminator) {
      const { property, subTypes } = discriminator;
      return { anyOf: subTypes.map(({ name, value }) => this.subType(value as ClassSchema, property, name)) };
    }
    const type: unknown = metadata?.typeFunction() ?? emitted;
    return isUserClass(type) ? this.convert(type) : { type: 'object' };
  }

  /** A class that class-transformer chooses by a property, which need not be one of its own. */
  private subType(schema: ClassSchema, property: string, name: string): SchemaNode {
    const whole = this.convert(schema);
    const literal = { type: 'string', enum: [name] };
    if ('$ref' in whole || !isNode(whole['properties'])) {
      return {
        allOf: [whole, { type: 'object', properties: { [property]: literal }, required: [property] }],
      };
    }
    const required = Array.isArray(whole['required']) ? (whole['required'] as readonly string[]) : [];
    return {
      ...whole,
      properties: { [property]: literal, ...whole['properties'], [property]: literal },
      required: [...new Set([property, ...required])],
    };
  }

  private reference(schema: ClassSchema): SchemaNode {
    let name = this.recursive.get(schema);
    if (name === undefined) {
      const taken = new Set(this.recursive.values());
      const plain = schema.name || 'Anonymous';
      name = plain;
      for (let n = 2; taken.has(name); n++) name = `${plain}${n}`;
      this.recursive.set(schema, name);
    }
    return { $ref: `#/$defs/${name}` };
  }
}

/** What `@JSONSchema` of class-validator-jsonschema adds, at a property or at the class. */
function decorated(schema: ClassSchema, key: string, own: SchemaNode): SchemaNode {
  const more: unknown = getMetadataSchema(schema.prototype as object, key);
  const added: unknown = typeof more === 'function' ? more(own, {}) : more;
  // What the decorator takes is JSON Schema.
  return isNode(added) ? { ...own, ...added } : own;
}
