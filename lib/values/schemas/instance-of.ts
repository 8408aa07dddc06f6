import { plainToInstance } from 'class-transformer';
import { dateOf } from '../classes/built-in-class.js';
import { isUserClass } from '../classes/class-schema.js';
import type { JsonValue } from '../json/json.js';
import type { Schema } from './schema.js';

/**
 * JSON as a reader wants it: objects (and the elements of a list) become instances of the user's class, ISO strings a
 * `Date`. Nothing is validated. Other built-in classes and Standard Schemas leave the value as it is.
 */
export function instanceOf(schema: Schema | undefined, json: JsonValue | undefined): unknown {
  if (schema === undefined || json === undefined) return json;
  if (schema === Date) return dateOf(json) ?? json;
  if (typeof json !== 'object' || json === null || !isUserClass(schema)) return json;
  return plainToInstance(schema as new () => object, json);
}
