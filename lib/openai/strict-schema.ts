import { isNumber, type SchemaDialect, vendorSchema } from '../models/index.js';
import { isNode, type JsonValue } from '../values/index.js';

/** https://platform.openai.com/docs/guides/structured-outputs#supported-properties */
const formats: ReadonlySet<JsonValue> = new Set(
  ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid'], // prettier-ignore
);

/**
 * Source: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas. `minLength` and
 * `maxLength` are named there among what fine-tuned models lack, and passed on by OpenAI's own SDK (`lib/transform`).
 */
const dialect: SchemaDialect = {
  rules: {
    string: {
      minLength: isNumber,
      maxLength: isNumber,
      pattern: isPlainPattern,
      format: (value) => formats.has(value),
    },
    number: {
      minimum: isNumber,
      maximum: isNumber,
      exclusiveMinimum: isNumber,
      exclusiveMaximum: isNumber,
      multipleOf: isNumber,
    },
    array: { minItems: isNumber, maxItems: isNumber },
    object: {},
  },
  otherRules: 'refused',
  optional: 'nullable',
  recursion: true,
  // The same page, "Limitations on input size".
  fits: (size) =>
    size.depth <= 10 &&
    size.properties <= 5000 &&
    size.enumValues <= 1000 &&
    size.characters <= 120_000 &&
    size.longEnumCharacters <= 15_000,
};

/**
 * The schema as strict mode takes it, or `undefined` where strict mode can't say the same: open objects, records, tuples,
 * elements and properties of any type, rules that it doesn't know. Without it OpenAI still gets the schema as guidance, and
 * our own validation holds. Properties that may be missing are null in it: `ObjectSchema.unwrap` takes these nulls away again.
 * Those that may be missing and may be null can't be said strictly.
 */
export function strictSchema(schema: JsonValue): JsonValue | undefined {
  return isNode(schema) ? vendorSchema(schema, dialect) : undefined;
}

/**
 * Whether a pattern has only what the grammars of constrained decoding have, and means the same in all of them: "regex
 * lookaround is not supported"; nothing is said of back references, word boundaries, named groups and Unicode properties.
 */
function isPlainPattern(pattern: JsonValue): boolean {
  return (
    typeof pattern === 'string' &&
    !/\(\?(?!:)|\\[1-9bBkpPuc]/.test(pattern.replaceAll('\\\\', '')) &&
    isRegularExpression(pattern)
  );
}

function isRegularExpression(pattern: string): boolean {
  try {
    return Boolean(new RegExp(pattern, 'u'));
  } catch {
    return false;
  }
}
