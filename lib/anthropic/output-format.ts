import type Anthropic from '@anthropic-ai/sdk';
import { transformJSONSchema } from '@anthropic-ai/sdk/lib/transform-json-schema';
import type { JsonValue } from '../values/index.js';

/** How Anthropic is told about a schema. */
export interface OutputFormat {
  readonly config?: Anthropic.OutputConfig;
  /** In the system text, where the API can't take the schema. */
  readonly instruction?: string;
}

/**
 * The schema as `output_config.format` takes it. The SDK's own function drops what the API doesn't know and writes it into
 * the descriptions; our validation checks the whole. What it can't write at all is asked for in words.
 */
export function outputFormat(schema: JsonValue): OutputFormat {
  try {
    // Schemas of outputs are JSON objects.
    return {
      config: {
        format: { type: 'json_schema', schema: transformJSONSchema(schema as Record<string, unknown>) },
      },
    };
  } catch {
    return {
      instruction: `Answer with JSON that fits this JSON Schema, and with nothing else:\n${JSON.stringify(schema)}`,
    };
  }
}
