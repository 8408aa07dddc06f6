import { errorMessage, InvalidWorkflowDefinitionError } from '../../errors/index.js';
import { jsonSchemaOfClass } from '../classes/class-json-schema.js';
import { describeSchema, isStandardSchema, isUserClass } from '../classes/class-schema.js';
import type { JsonValue } from '../json/json.js';
import type { Schema } from './schema.js';
import { modernSchema } from './index.js';
import { toJson } from '../json/to-json.js';

/** JSON Schema of the language's classes; all others say nothing of the value. */
const ofBuiltIns: ReadonlyMap<unknown, JsonValue> = new Map<unknown, JsonValue>([
  [String, { type: 'string' }],
  [Number, { type: 'number' }],
  [Boolean, { type: 'boolean' }],
  [Array, { type: 'array', items: {} }],
  [Date, { type: 'string', format: 'date-time' }],
]);

/** The part of a Standard Schema that newer libraries add; see https://standardschema.dev/json-schema. */
interface GivesJsonSchema {
  readonly jsonSchema?: { input(options: { target: string }): Record<string, unknown> };
}

/**
 * JSON Schema (draft 2020-12) of what may be written for a schema: what a model is told, and what a form shows.
 * @throws {InvalidWorkflowDefinitionError} if a Standard Schema has none.
 */
export function jsonSchemaOf(schema: Schema): JsonValue {
  if (isUserClass(schema)) return jsonSchemaOfClass(schema);
  if (!isStandardSchema(schema)) return ofBuiltIns.get(schema) ?? {};
  const standard: object & GivesJsonSchema = schema['~standard'];
  if (!standard.jsonSchema) throw withoutJsonSchema(schema, 'it has no ["~standard"].jsonSchema');
  try {
    const given = toJson(standard.jsonSchema.input({ target: 'draft-2020-12' }), describeSchema(schema));
    return modernSchema(given ?? {});
  } catch (error) {
    throw withoutJsonSchema(schema, errorMessage(error), error);
  }
}

function withoutJsonSchema(schema: Schema, why: string, cause?: unknown): InvalidWorkflowDefinitionError {
  return new InvalidWorkflowDefinitionError(
    `The ${describeSchema(schema)} gives no JSON Schema (${why}), and a model or a form needs one. ` +
      `Use a version of the library with Standard JSON Schema (zod 4.2, arktype 2.1.28, valibot with ` +
      `@valibot/to-json-schema), or a class with class-validator decorators.`,
    cause === undefined ? {} : { cause },
  );
}
