import { type Schema as JsonSchema, Validator } from '@cfworker/json-schema';
import { type Issue, type JsonValue, jsonPath, type PathKey } from '../../values/index.js';

/** Keywords that only say that something inside does not fit; that something is reported as well. */
const enclosing = new Set(['properties', 'additionalProperties', 'items', 'prefixItems', 'allOf', '$ref']);

/** Where a value does not fit a JSON Schema; `null` takes everything. Interpreted, not compiled: each form is read from its row and used once. */
export function formIssues(form: unknown, value: JsonValue): Issue[] {
  if (form === null) return [];
  // jsonSchemaOf wrote the form, and the shape of JSON Schema is wider than any type
  const { errors } = new Validator(form as JsonSchema, '2020-12', false).validate(value);
  return errors
    .filter(({ keyword }) => !enclosing.has(keyword))
    .map(({ keyword, instanceLocation, error }) => ({
      path: jsonPath(keysOf(instanceLocation)),
      message: keyword === 'false' ? 'is not known here' : error,
    }));
}

/** Of a JSON pointer in a fragment: `#/lines/0/sku`. */
function keysOf(pointer: string): PathKey[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
