import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import { type ClassSchema, hasValidationRules, isUserClass } from './class-schema.js';
import type { JsonValue } from './json.js';
import { toJson } from './to-json.js';

/** Marks what class-validator-jsonschema refers to by a bare name; names are no identity, so each is replaced. */
const marker = '#/nested/';

/** JSON Schema of a class: nested classes inlined, those that contain themselves under `$defs`. */
export function jsonSchemaOfClass(schema: ClassSchema): JsonValue {
  return new ClassJsonSchema().of(schema);
}

class ClassJsonSchema {
  private readonly ancestors: ClassSchema[] = [];
  private readonly recursive = new Map<ClassSchema, string>();
  private readonly definitions: Record<string, JsonValue> = {};

  of(schema: ClassSchema): JsonValue {
    const root = this.convert(schema) as { readonly [key: string]: JsonValue };
    return Object.keys(this.definitions).length === 0 ? root : { ...root, $defs: this.definitions };
  }

  private convert(schema: ClassSchema): JsonValue {
    if (!hasValidationRules(schema)) return { type: 'object' };
    if (this.ancestors.includes(schema)) return this.reference(schema);
    this.ancestors.push(schema);
    const flat = toJson(
      targetConstructorToSchema(schema, {
        classTransformerMetadataStorage: defaultMetadataStorage,
        refPointerPrefix: marker,
      }),
      `JSON Schema of ${schema.name}`,
    ) as { readonly properties?: { readonly [name: string]: JsonValue } };
    const properties = Object.fromEntries(
      Object.entries(flat.properties ?? {}).map(([name, property]) => [
        name,
        this.inline(property, nestedClass(schema, name)),
      ]),
    );
    this.ancestors.pop();
    const whole = { ...flat, properties, additionalProperties: false };
    const name = this.recursive.get(schema);
    if (name === undefined) return whole;
    this.definitions[name] = whole;
    return { $ref: `#/$defs/${name}` };
  }

  private reference(schema: ClassSchema): JsonValue {
    let name = this.recursive.get(schema);
    if (name === undefined) {
      const taken = new Set(this.recursive.values());
      name = schema.name;
      for (let n = 2; taken.has(name); n++) name = `${schema.name}${n}`;
      this.recursive.set(schema, name);
    }
    return { $ref: `#/$defs/${name}` };
  }

  /** Puts the nested class in the place of the marker, wherever in the property it stands (`items`, `allOf`). */
  private inline(json: JsonValue, nested: ClassSchema | undefined): JsonValue {
    if (typeof json !== 'object' || json === null) return json;
    if (isList(json)) return json.map((element) => this.inline(element, nested));
    const reference = json['$ref'];
    if (typeof reference === 'string' && reference.startsWith(marker)) {
      return nested === undefined ? { type: 'object' } : this.convert(nested);
    }
    return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, this.inline(value, nested)]));
  }
}

/** The class behind a property: `@Type(() => Line)`, else the type that TypeScript emitted. */
function nestedClass(schema: ClassSchema, property: string): ClassSchema | undefined {
  const type: unknown =
    defaultMetadataStorage.findTypeMetadata(schema, property)?.typeFunction() ??
    Reflect.getMetadata('design:type', schema.prototype as object, property);
  return isUserClass(type) ? type : undefined;
}

function isList(json: JsonValue): json is readonly JsonValue[] {
  return Array.isArray(json);
}
