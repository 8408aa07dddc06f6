import { type Schema as JsonSchema, Validator } from '@cfworker/json-schema';
import type { JsonValue } from '../json/json.js';
import { jsonPath, type PathKey } from '../json/json-path.js';
import type { Issue } from './validated.js';

/** Keywords that only say that something inside does not fit; that something is reported as well. */
const enclosing = new Set(['properties', 'additionalProperties', 'items', 'prefixItems', 'allOf', '$ref']);

/** Where a value does not fit a JSON Schema; `null` takes everything. Interpreted, not compiled. */
export function jsonSchemaIssues(schema: unknown, value: JsonValue): Issue[] {
  if (schema === null) return [];
  return validatorOf(schema)
    .validate(value)
    .errors.filter(({ keyword }) => !enclosing.has(keyword))
    .map(({ keyword, instanceLocation, error }) => ({
      path: jsonPath(keysOf(instanceLocation)),
      message: keyword === 'false' ? 'is not known here' : error,
    }));
}

const validators = new WeakMap<object, Validator>();

/** Made once for each schema. It writes into what it is given. */
function validatorOf(schema: unknown): Validator {
  const known = typeof schema === 'object' && schema !== null ? validators.get(schema) : undefined;
  // The shape of JSON Schema is wider than any type.
  const validator = known ?? new Validator(structuredClone(schema) as JsonSchema, '2020-12', false);
  if (typeof schema === 'object' && schema !== null) validators.set(schema, validator);
  return validator;
}

/** Of a JSON pointer in a fragment: `#/lines/0/sku`. */
function keysOf(pointer: string): PathKey[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
