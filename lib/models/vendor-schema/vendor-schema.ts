import { type JsonValue, isNode, modernSchema, type SchemaNode } from '../../values/index.js';
import { NotExpressible } from './not-expressible.js';
import { SchemaConversion } from './schema-conversion.js';
import type { SchemaDialect } from './schema-dialect.js';
import { sizeOf } from './schema-size.js';

/**
 * The schema as a vendor's strict mode takes it, or undefined where that mode can't say the same. A value that fits the
 * result fits the schema too, once the nulls at properties that may be missing are taken away (`ObjectSchema.unwrap`), save
 * for rules that the dialect tells in descriptions. An object that lists its properties and is silent about others is taken
 * for closed: validators drop what they don't know.
 */
export function vendorSchema(schema: JsonValue, dialect: SchemaDialect): SchemaNode | undefined {
  try {
    const root = modernSchema(schema);
    const converted = isNode(root) ? new SchemaConversion(root, dialect).result() : undefined;
    if (converted?.['type'] !== 'object' || !dialect.fits(sizeOf(converted))) return undefined;
    return converted;
  } catch (error) {
    if (error instanceof NotExpressible) return undefined;
    throw error;
  }
}
