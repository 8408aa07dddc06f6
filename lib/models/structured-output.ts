import { OutputValidationError } from '../errors/index.js';
import { vendorName } from '../text/index.js';
import { type ObjectSchema, objectSchemaOf } from '../tools/index.js';
import { type Issue, type JsonValue, type Schema, validate } from '../values/index.js';
import { readJson } from './json-answer/read-json.js';

export type Reading =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly issues: readonly Issue[] };

/** Asks a provider for an answer that fits a schema, and reads it. */
export class StructuredOutput {
  /** What the provider is told. */
  readonly request: { readonly name: string; readonly schema: JsonValue };
  private readonly described: ObjectSchema;

  constructor(private readonly schema: Schema) {
    this.described = objectSchemaOf(schema);
    this.request = { name: nameOf(schema), schema: this.described.json };
  }

  async read(text: string): Promise<Reading> {
    const found = readJson(text);
    if (!found.ok) return { ok: false, issues: [{ path: '$', message: found.why }] };
    return validate(this.schema, this.described.unwrap(found.value));
  }

  /** What the model is told about an answer that doesn't fit. */
  repairPrompt(issues: readonly Issue[]): string {
    return (
      `That answer does not fit the JSON Schema that was asked for:\n${listed(issues)}\n` +
      `Answer again with the whole corrected JSON and nothing else. The JSON Schema:\n${JSON.stringify(this.request.schema)}`
    );
  }
}

/** The repair did not help either. */
export function schemaMismatch(issues: readonly Issue[], text: string, model: string): OutputValidationError {
  return new OutputValidationError(
    `${model} answered, also when told what was wrong, with something that does not fit the schema of 'output':\n${listed(issues)}\n` +
      `Make the schema or the prompt clearer, or use a stronger model.`,
    { details: { model, issues, text } },
  );
}

function nameOf(schema: Schema): string {
  return (typeof schema === 'function' && vendorName(schema.name)) || 'answer';
}

function listed(issues: readonly Issue[]): string {
  return issues.map(({ path, message }) => `- ${path}: ${message}`).join('\n');
}
