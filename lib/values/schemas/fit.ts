import { instanceOf } from './instance-of.js';
import type { JsonValue } from '../json/json.js';
import { firstDifference } from '../json/first-difference.js';
import { jsonPath } from '../json/json-path.js';
import type { Schema } from './schema.js';
import { isStandardSchema } from '../classes/class-schema.js';
import { toJson } from '../json/to-json.js';
import { validate } from './validate.js';
import type { Issue } from './validated.js';

export type Fitted =
  | { readonly ok: true; readonly json: JsonValue | undefined }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/**
 * Checks a value by a schema, once, and gives the JSON of what the schema makes of it: defaults filled in, values
 * converted, unknown properties dropped. `instanceOf(schema, json)` makes the checked value again; a class whose
 * instance would then be another one (a `@Transform` that is not idempotent) does not fit.
 * @param where names the value in errors
 * @param limit bytes of UTF-8 that the JSON may have
 * @throws {PayloadError} if the output of a Standard Schema is not JSON, or is above the limit; `details.path` says where
 */
export async function fit(schema: Schema, value: unknown, where: string, limit: number): Promise<Fitted> {
  const checked = await validate(schema, value);
  if (!checked.ok) return checked;
  if (isStandardSchema(schema)) return { ok: true, json: toJson(checked.value, where, limit, 'exact') };
  const json = toJson(checked.value, where, limit);
  const path = firstDifference(json, toJson(instanceOf(schema, json), where, limit));
  if (path === undefined) return { ok: true, json };
  const message =
    'is another value when it is made of its own JSON again: its @Transform, @Expose or @Type has to be idempotent';
  return { ok: false, issues: [{ path: jsonPath(path), message }] };
}
