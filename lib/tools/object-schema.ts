import { type JsonValue, jsonSchemaOf, type Schema } from '../values/index.js';

type JsonObject = { readonly [key: string]: JsonValue };

/** A schema as vendors take it: they want objects, so anything else travels as `{ "value": … }`. */
export interface ObjectSchema {
  readonly json: JsonValue;
  /** What the model wrote, without the wrapping. */
  unwrap(value: unknown): unknown;
}

/** @throws {InvalidWorkflowDefinitionError} if the schema can't be written as JSON Schema. */
export function objectSchemaOf(schema: Schema): ObjectSchema {
  const json = jsonSchemaOf(schema);
  if (isObject(json) && json['type'] === 'object') return { json, unwrap: (value) => value };
  return {
    json: wrap(json),
    unwrap: (value) => (isObject(value) && 'value' in value ? value['value'] : value),
  };
}

/** References inside a schema count from its root, so definitions move to the new root. */
function wrap(json: JsonValue): JsonValue {
  const { $defs, definitions, $schema: _dialect, ...inner } = isObject(json) ? json : {};
  return {
    type: 'object',
    properties: { value: isObject(json) ? inner : json },
    required: ['value'],
    additionalProperties: false,
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
  };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
