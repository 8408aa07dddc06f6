import type { GuardrailDefinition } from '../decorators/index.js';
import { describeSchema, type Schema, validate } from '../values/index.js';
import { type BuiltInOptions, define, type FindingAction } from './built-in.options.js';

export interface SchemaOptions extends BuiltInOptions {
  /** A class with class-validator decorators, or a Standard Schema. */
  readonly schema: Schema;
  /** `'reject'` tells the model what is wrong, where there is one. @default 'reject' */
  readonly action?: FindingAction | undefined;
}

/** A model gets no longer list than it can use. */
const mostIssues = 10;

/**
 * Stops values that do not fit a schema. The value itself stays as it is.
 *
 * @example
 * schema({ at: 'tool.call', tools: ['refund'], schema: RefundDto })
 */
export function schema(options: SchemaOptions): GuardrailDefinition {
  const { action = 'reject' } = options;
  return define(`schema ${describeSchema(options.schema)}`, options, async ({ value }) => {
    const result = await validate(options.schema, value);
    if (result.ok) return { verdict: 'allow' };
    const issues = result.issues.slice(0, mostIssues).map(({ path, message }) => `${path}: ${message}`);
    return {
      verdict: action,
      reason: `does not fit ${describeSchema(options.schema)}: ${issues.join('; ')}`,
    };
  });
}
