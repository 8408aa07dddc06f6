import { dereference, type Schema as JsonSchema, validate } from '@cfworker/json-schema';
import type { JsonValue } from '../json.js';
import { isNode, type SchemaNode } from './subschemas.js';

/** Says which values fit the parts of one JSON Schema. Interpreted, not compiled: no code is made of what comes from outside. */
export class SchemaCheck {
  /** A copy: the validator writes into what it reads. */
  readonly root: JsonValue;
  private readonly lookup: Record<string, JsonSchema | boolean>;

  constructor(schema: JsonValue) {
    this.root = structuredClone(schema);
    this.lookup = isNode(this.root) ? lookupOf(this.root) : {};
  }

  /** Whether the value fits `part`, which is `root` or a schema below it. A part that can't be read refuses nothing. */
  fits(part: JsonValue, value: unknown): boolean {
    if (typeof part === 'boolean') return part;
    if (!isNode(part)) return true;
    try {
      return validate(value, part as JsonSchema, '2020-12', this.lookup, true).valid;
    } catch {
      return true;
    }
  }
}

/** Whether the value fits a JSON Schema that stands alone. */
export function fitsSchema(schema: SchemaNode, value: unknown): boolean {
  const check = new SchemaCheck(schema);
  return check.fits(check.root, value);
}

/** Places by their addresses. Ids that are no addresses leave none: references then lead nowhere. */
function lookupOf(root: SchemaNode): Record<string, JsonSchema | boolean> {
  try {
    return dereference(root as JsonSchema);
  } catch {
    return {};
  }
}
