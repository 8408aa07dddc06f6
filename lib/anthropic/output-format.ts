import type Anthropic from '@anthropic-ai/sdk';
import { type SchemaDialect, vendorSchema } from '../models/index.js';
import type { JsonValue } from '../values/index.js';

/** How Anthropic is told about a schema. */
export interface OutputFormat {
  readonly config?: Anthropic.OutputConfig;
  /** In the system text, where the API can't take the schema. */
  readonly instruction?: string;
}

/** https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations, as the SDK's `transformJSONSchema` has them. */
const formats: ReadonlySet<JsonValue> = new Set(
  ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'uri', 'ipv4', 'ipv6', 'uuid'], // prettier-ignore
);

/**
 * Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations.
 * Simple patterns are taken too, but which are simple is said only in part: they are told in words, as the SDK does.
 */
const dialect: SchemaDialect = {
  rules: {
    string: { format: (value) => formats.has(value) },
    number: {},
    array: { minItems: (value) => value === 0 || value === 1 },
    object: {},
  },
  otherRules: 'described',
  optional: 'absent',
  recursion: false,
  // The same page, "Schema complexity limits".
  fits: (size) => size.optional <= 24 && size.unions <= 16,
};

/**
 * The schema as `output_config.format` takes it. Rules that only refuse some values (lengths, ranges, patterns) and that the
 * API doesn't know are written into the descriptions, as Anthropic's SDK does; our validation checks them. A schema of another
 * shape than the API takes (records, open objects, tuples, recursion) is asked for in words.
 */
export function outputFormat(schema: JsonValue): OutputFormat {
  const converted = vendorSchema(schema, dialect);
  if (converted !== undefined) return { config: { format: { type: 'json_schema', schema: converted } } };
  return {
    instruction: `Answer with JSON that fits this JSON Schema, and with nothing else:\n${JSON.stringify(schema)}`,
  };
}
