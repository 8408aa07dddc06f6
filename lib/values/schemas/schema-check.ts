import type { JsonValue } from '../json/json.js';
import { keywordRules } from './keyword-rules.js';
import { resolveReference } from './references.js';
import { isNode, type SchemaNode } from './subschemas.js';

/**
 * Says which values fit the parts of one JSON Schema (draft 2020-12). `format` is what it is there: an annotation, which
 * refuses nothing. Keywords and references that it can't read refuse nothing either: the schema's own library has the last
 * word, and this decides only how an answer is read. Each pair of a schema and a value is looked at once, so unions inside
 * unions take no time that doubles with each level.
 */
export class SchemaCheck {
  private readonly known = new WeakMap<object, Map<SchemaNode, boolean>>();
  /** Schemas that a value which is not an object is being checked by: references may lead in cycles. */
  private readonly open = new Set<SchemaNode>();

  constructor(readonly root: JsonValue) {}

  /** Whether the value fits `part`, which is `root` or a schema below it. */
  fits(part: JsonValue, value: unknown): boolean {
    if (!isNode(part)) return part !== false;
    if (typeof value === 'object' && value !== null) return this.fitsObject(part, value);
    if (this.open.has(part)) return true;
    this.open.add(part);
    try {
      return this.compute(part, value);
    } finally {
      this.open.delete(part);
    }
  }

  private fitsObject(part: SchemaNode, value: object): boolean {
    const bySchema = this.known.get(value) ?? new Map<SchemaNode, boolean>();
    this.known.set(value, bySchema);
    const known = bySchema.get(part);
    if (known !== undefined) return known;
    // Where references lead back here, nothing has been refused so far.
    bySchema.set(part, true);
    const fits = this.compute(part, value);
    bySchema.set(part, fits);
    return fits;
  }

  private compute(schema: SchemaNode, value: unknown): boolean {
    const reference = schema['$ref'];
    if (typeof reference === 'string') {
      const target = resolveReference(this.root, reference);
      if (target !== undefined && !this.fits(target, value)) return false;
    }
    return Object.entries(schema).every(([keyword, rule]) => {
      const check = Object.hasOwn(keywordRules, keyword) ? keywordRules[keyword] : undefined;
      return check === undefined || check(rule, value, schema, (part, inner) => this.fits(part, inner));
    });
  }
}

/** Those of the values that fit a JSON Schema that stands alone. */
export function fittingValues(schema: SchemaNode, values: readonly JsonValue[]): readonly JsonValue[] {
  const check = new SchemaCheck(schema);
  return values.filter((value) => check.fits(schema, value));
}
