import { plainToInstance } from 'class-transformer';
import { validate as validateInstance, type ValidationError } from 'class-validator';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { errorMessage } from '../../errors/index.js';
import { validateBuiltIn } from '../classes/built-in-class.js';
import { enumNames } from '../classes/enum-names.js';
import {
  type ClassSchema,
  describeSchema,
  hasValidationRules,
  isStandardSchema,
  isUserClass,
} from '../classes/class-schema.js';
import { jsonPath, type PathKey } from '../json/json-path.js';
import type { Schema } from './schema.js';
import type { Issue, Validated } from './validated.js';

/**
 * Checks a value and turns it into what the schema describes: an instance of the class, or the output of the Standard
 * Schema. Properties that a validated class does not know are dropped. A class without rules takes every object.
 */
export async function validate<T>(schema: Schema<T>, value: unknown): Promise<Validated<T>> {
  if (isStandardSchema(schema)) return validateStandard(schema, value);
  // Schema<T> for a class means: T is what the class makes
  if (isUserClass(schema)) return (await validateClass(schema, value)) as Validated<T>;
  return validateBuiltIn(schema, value) as Validated<T>;
}

async function validateStandard<T>(
  schema: StandardSchemaV1<unknown, T>,
  value: unknown,
): Promise<Validated<T>> {
  const result = await schema['~standard'].validate(value);
  if (result.issues === undefined) return { ok: true, value: result.value };
  const issues = result.issues.map(({ path = [], message }) => ({
    path: jsonPath(path.map(keyOf)),
    message,
  }));
  return { ok: false, issues };
}

function keyOf(segment: PropertyKey | StandardSchemaV1.PathSegment): PathKey {
  const key = typeof segment === 'object' ? segment.key : segment;
  return typeof key === 'symbol' ? String(key) : key;
}

async function validateClass(schema: ClassSchema, value: unknown): Promise<Validated<object>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused(`must be an object that fits ${describeSchema(schema)}`);
  }
  let instance: object;
  try {
    instance = plainToInstance(schema as new () => object, value);
  } catch (error) {
    return refused(`cannot become a ${describeSchema(schema)}: ${errorMessage(error)}`);
  }
  if (!hasValidationRules(schema)) return { ok: true, value: instance };
  const errors = await validateInstance(instance, { whitelist: true, forbidUnknownValues: true });
  if (errors.length > 0) {
    return { ok: false, issues: errors.flatMap((error) => flatten(error, [], instance)) };
  }
  const names = enumNames(instance).map(({ path, members }) => ({
    path: jsonPath(path),
    message: `must be one of the following values: ${members.map(String).join(', ')}`,
  }));
  return names.length === 0 ? { ok: true, value: instance } : { ok: false, issues: names };
}

function refused(message: string): { ok: false; issues: readonly Issue[] } {
  return { ok: false, issues: [{ path: '$', message }] };
}

/** class-validator nests errors as the value is nested, and names list elements by strings. */
function flatten(error: ValidationError, above: readonly PathKey[], holder: unknown): Issue[] {
  const path = [...above, Array.isArray(holder) ? Number(error.property) : error.property];
  const own = Object.values(error.constraints ?? {}).map((message) => ({ path: jsonPath(path), message }));
  return [...own, ...(error.children ?? []).flatMap((child) => flatten(child, path, error.value))];
}
